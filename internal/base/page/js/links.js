// <link-chart> loads its code when it comes near the screen. Until then, and if
// the code cannot be had, its table is all there is to see.
class LinkChart extends HTMLElement {
  connectedCallback() {
    if (!this.getAttribute('src')) return;
    this.watch = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && this.load(), { rootMargin: '400px' });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.chart?.destroy();
  }

  async load() {
    this.watch.disconnect();
    try {
      const { draw } = await import(new URL(this.getAttribute('code'), location.href).href);
      this.chart = await draw(this);
    } catch {
      this.querySelector('[data-say]').textContent = this.dataset.failed;
    }
  }
}
customElements.define('link-chart', LinkChart);
