"""The only interface between the parts: typed tables with contracts, frozen into snapshots."""
