"""Do the numbers of result protocols hold together, and do several copies of them agree?"""
