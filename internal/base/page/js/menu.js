// The menu closes when the focus or a click goes elsewhere, and on Escape.
for (const menu of document.querySelectorAll('details.menu')) {
  const summary = menu.querySelector('summary');
  menu.addEventListener('focusout', (e) => {
    if (e.relatedTarget && !menu.contains(e.relatedTarget)) menu.open = false;
  });
  menu.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || !menu.open) return;
    menu.open = false;
    summary.focus();
  });
  document.addEventListener('click', (e) => {
    if (!menu.contains(e.target)) menu.open = false;
  });
}
