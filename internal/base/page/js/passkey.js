// <pass-key> carries out a passkey ceremony. Its button asks the address in begin
// for options, lets the browser use a passkey (or, with the attribute register,
// make one), takes the answer to finish and goes on to next. Without script, and
// in browsers that lack these functions, it stays hidden: the printed code, which
// is a plain form, is always there.
class PassKey extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) return;
    this.button = this.querySelector('button');
    this.words = this.querySelector('[role=status]');
    this.code = this.querySelector('[name=code]');
    if (this.code && location.hash) {
      // An invitation's link carries the code behind the #, which is sent to nobody.
      this.code.value = location.hash.slice(1);
      history.replaceState(null, '', location.pathname + location.search);
    }
    this.button.addEventListener('click', () => this.run());
    this.hidden = false;
  }

  async run() {
    this.button.disabled = true;
    this.words.textContent = '';
    try {
      const begun = await this.post('begin', { code: this.code?.value ?? '' });
      const { publicKey } = await begun.json();
      const credential = this.hasAttribute('register')
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
      await this.post('finish', credential.toJSON());
      location.assign(this.getAttribute('next'));
    } catch (e) {
      const why = { NotAllowedError: 'cancelled', AbortError: 'cancelled', InvalidStateError: 'known', 503: 'later' };
      this.words.textContent = this.dataset[why[e.name]] ?? this.dataset.refused;
      this.button.disabled = false;
    }
  }

  async post(where, body) {
    const answer = await fetch(this.getAttribute(where), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw Object.assign(new Error(), { name: answer.status });
    return answer;
  }
}
customElements.define('pass-key', PassKey);
