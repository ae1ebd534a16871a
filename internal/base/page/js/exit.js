// <quick-exit> covers the page at once and then leaves, on its link or on Shift
// pressed three times within five seconds.
const within = 5000;

class QuickExit extends HTMLElement {
  #presses = [];

  connectedCallback() {
    this.link = this.querySelector('a');
    this.link.addEventListener('click', (e) => {
      e.preventDefault();
      this.leave();
    });
    document.addEventListener('keyup', (e) => this.press(e));
  }

  press(e) {
    if (e.key !== 'Shift') {
      this.#presses = [];
      return;
    }
    const now = e.timeStamp;
    this.#presses = this.#presses.filter((t) => now - t < within);
    if (this.#presses.push(now) >= 3) this.leave();
  }

  leave() {
    const cover = document.createElement('div');
    cover.className = 'cover';
    document.body.replaceChildren(cover);
    document.title = '\u200b';
    try {
      sessionStorage.clear();
      localStorage.clear();
    } catch {
      // storage is switched off: there is nothing to clear
    }
    location.replace(this.link.href); // so that Back does not return here
  }
}
customElements.define('quick-exit', QuickExit);
