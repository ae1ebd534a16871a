// <key-queue>: j and k move from item to item, any other key presses the link or
// button that carries it in the item with the focus. The keys work only while
// the focus is in the queue, so they never meet a screen reader's own.
class KeyQueue extends HTMLElement {
  connectedCallback() {
    this.addEventListener('keydown', (e) => this.key(e));
    const first = this.items()[0];
    if (first && document.activeElement === document.body) first.focus({ preventScroll: true });
  }

  items() {
    return [...this.querySelectorAll('[data-item]')];
  }

  key(e) {
    if (e.ctrlKey || e.altKey || e.metaKey || e.target.closest('input, select, textarea')) return;
    const items = this.items();
    const at = items.findIndex((item) => item.contains(document.activeElement));
    const step = { j: 1, k: -1 }[e.key];
    if (step) {
      items[Math.max(0, Math.min(items.length - 1, at + step))]?.focus();
    } else {
      const act = items[at]?.querySelector(`[data-key="${CSS.escape(e.key)}"]`);
      if (!act) return;
      act.click();
    }
    e.preventDefault();
  }
}
customElements.define('key-queue', KeyQueue);
