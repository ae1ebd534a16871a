// <import-progress> asks its src every second how far the task is, and loads the
// page again when it has finished.
class ImportProgress extends HTMLElement {
  connectedCallback() {
    this.bar = this.querySelector('progress');
    this.words = this.querySelector('[role=status]');
    this.timer = setInterval(() => this.ask(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async ask() {
    try {
      const answer = await fetch(this.getAttribute('src'), { headers: { Accept: 'application/json' } });
      if (!answer.ok) throw new Error(answer.status);
      const { done, total, finished } = await answer.json();
      this.bar.max = total;
      this.bar.value = done;
      const number = new Intl.NumberFormat(document.documentElement.lang);
      this.words.textContent = this.dataset.of
        .replace('{done}', number.format(done))
        .replace('{total}', number.format(total));
      if (finished) {
        clearInterval(this.timer);
        location.reload();
      }
    } catch {
      clearInterval(this.timer);
      this.words.textContent = this.dataset.lost;
    }
  }
}
customElements.define('import-progress', ImportProgress);
