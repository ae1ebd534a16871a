// After a form was refused, the summary takes the focus: at once on a whole
// page, and after every swap.
function toSummary() {
  document.querySelector('#errors .summary')?.focus();
}
document.addEventListener('htmx:after:swap', toSummary);
toSummary();

// A button that only script can carry out shows itself.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
