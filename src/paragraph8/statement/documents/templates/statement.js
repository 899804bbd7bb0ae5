// A figure's box opens in place; without scripts the link leads to its evidence page.
for (const link of document.querySelectorAll("a.fig[data-box]")) {
  const box = document.getElementById(link.dataset.box);
  if (!box || !box.showPopover) continue;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // With its source the box is the next stop of the keyboard.
    box.showPopover({ source: link });
  });
}
