// The link chart: cytoscape with fcose under our own tools. Nothing moves by
// itself, and nothing needs dragging.
import cytoscape from '../vendor_js/cytoscape.mjs';
import fcose from '../vendor_js/cytoscape-fcose.js';
import { style } from './chart-style.js';

cytoscape.use(fcose);

// draw turns the element into a chart. It fails if the links cannot be loaded.
export async function draw(element) {
  const data = await load(element, '');
  return new Chart(element, data);
}

async function load(element, query) {
  const url = new URL(element.getAttribute('src'), location.href);
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.set(name, value);
  const answer = await fetch(url, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

// sequence makes a linear congruential generator that always begins alike.
function sequence() {
  let state = 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

// isolated keeps a label in its own direction, whatever that of the page.
const isolated = (label) => `\u2068${label}\u2069`;

class Chart {
  constructor(element, data) {
    this.element = element;
    this.max = Number(element.dataset.max);
    this.undoable = [];
    this.canvas = element.querySelector('.canvas');
    this.shapes = new Map([...element.querySelectorAll('[data-kind]')].map((box) => [box.dataset.kind, box.dataset.shape]));
    for (const part of element.querySelectorAll('.tools, .canvas')) part.hidden = false;
    element.querySelector('.twin').open = false;

    this.cy = cytoscape({
      container: this.canvas,
      style: style(element),
      userZoomingEnabled: false, // the wheel belongs to the page
      boxSelectionEnabled: false,
      selectionType: 'single',
      maxZoom: 2,
      minZoom: 0.2,
    });
    this.add(data);
    this.arrange(true);
    this.listen();
    this.refresh();
  }

  destroy() {
    this.dark.removeEventListener('change', this.restyle);
    this.themes.disconnect();
    this.cy.destroy();
  }

  listen() {
    const { element, cy } = this;
    this.pick = element.querySelector('[data-pick]');
    this.pick.addEventListener('change', () => this.select(this.pick.value, true));
    cy.on('tap', 'node', (e) => this.select(e.target.id(), false));
    cy.on('tap', 'edge', (e) => this.say(`${e.target.data('label')}: ${e.target.data('stated')}`));
    cy.on('zoom', () => this.sizes());
    element.addEventListener('click', (e) => {
      const button = e.target.closest('button[data-do]');
      if (button) this[button.dataset.do]();
      const more = e.target.closest('button[data-more]');
      if (more) this.expand(more.dataset.more);
    });
    element.addEventListener('change', (e) => {
      if (e.target.matches('[data-kind], [data-since], [data-till]')) this.filter();
    });
    this.canvas.addEventListener('keydown', (e) => this.key(e));
    this.restyle = () => cy.style(style(element));
    this.dark = matchMedia('(prefers-color-scheme: dark)');
    this.dark.addEventListener('change', this.restyle);
    this.themes = new MutationObserver(this.restyle);
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  }

  // key moves the view by the arrows, zooms by + and -, and shows all by 0.
  key(e) {
    const step = 60;
    const move = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[e.key];
    const zoom = { '+': 1.25, '=': 1.25, '-': 0.8 }[e.key];
    if (move) this.cy.panBy({ x: move[0], y: move[1] });
    else if (zoom) this.cy.zoom({ level: this.cy.zoom() * zoom, renderedPosition: this.middle() });
    else if (e.key === '0') this.fit();
    else return;
    e.preventDefault();
  }

  middle() {
    return { x: this.cy.width() / 2, y: this.cy.height() / 2 };
  }

  // add puts nodes and edges on the chart that are not there yet.
  add({ nodes = [], edges = [] }) {
    const fresh = [];
    for (const n of nodes) {
      if (this.has(n.id)) continue;
      const node = { group: 'nodes', data: { ...n, words: isolated(n.label) } };
      if (n.x !== undefined) node.position = { x: n.x, y: n.y };
      fresh.push(node);
    }
    const there = new Set(fresh.map((n) => n.data.id));
    const known = (id) => there.has(id) || this.has(id);
    for (const e of edges) {
      if (this.has(e.id) || !known(e.from) || !known(e.to)) continue;
      const words = isolated([e.label, e.grade].filter(Boolean).join(' · '));
      fresh.push({ group: 'edges', data: { ...e, words, source: e.from, target: e.to, stated: [e.source, e.grade, e.date].filter(Boolean).join(' · ') } });
    }
    return this.cy.add(fresh);
  }

  has(id) {
    return this.cy.getElementById(id).nonempty();
  }

  // arrange places the nodes. The same links always give the same picture: while
  // the layout runs, its chance is a fixed sequence.
  arrange(fresh) {
    const nodes = this.cy.nodes();
    if (!fresh || nodes.some((n) => n.data('x') === undefined)) {
      const { random } = Math;
      Math.random = sequence();
      this.cy.layout({
        name: 'fcose', animate: false, randomize: fresh, quality: 'proof', fit: false,
        nodeSeparation: 130, idealEdgeLength: 150, nodeRepulsion: 12000, nodeDimensionsIncludeLabels: true,
      }).run();
      Math.random = random;
      if (fresh) this.turn();
    }
    this.cy.fit(undefined, 40);
    this.sizes();
  }

  // turn lays the drawing along the longer side of its frame.
  turn() {
    const box = this.cy.elements().boundingBox();
    if ((box.w > box.h) === (this.cy.width() > this.cy.height())) return;
    this.cy.nodes().positions((n) => ({ x: n.position('y'), y: n.position('x') }));
  }

  // sizes keeps labels and marks readable however far the view is zoomed out.
  sizes() {
    const zoom = Math.min(1, Math.max(0.3, this.cy.zoom()));
    const mark = 28 / Math.sqrt(zoom);
    this.cy.batch(() => {
      this.cy.nodes().style({ 'font-size': 15 / zoom, 'text-max-width': Math.min(150, this.cy.width() * 0.4) / zoom, width: mark, height: mark });
      // On a small screen the links of the chosen point are named, not all.
      this.cy.edges().style({ 'font-size': 13 / zoom }).toggleClass('quiet', zoom < 0.6);
    });
  }

  // select marks a node and offers what can be done with it.
  select(id, centre) {
    this.cy.elements().unselect();
    this.cy.edges().removeClass('named');
    const node = this.cy.getElementById(id);
    if (node.nonempty()) {
      node.select();
      node.connectedEdges().addClass('named');
      if (centre) this.cy.center(node);
    }
    this.pick.value = id;
    this.offer(node);
  }

  offer(node) {
    const open = this.element.querySelector('[data-open]');
    open.hidden = node.empty() || !node.data('url');
    if (!open.hidden) open.href = node.data('url');
    const row = this.element.querySelector('[data-expand]');
    row.querySelectorAll('button').forEach((b) => b.remove());
    for (const [kind, count] of Object.entries((node.nonempty() && node.data('counts')) || {})) {
      const left = count - node.neighborhood('node').filter((n) => n.data('kind') === kind).length;
      if (left <= 0) continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'button second';
      button.dataset.more = kind;
      button.textContent = `${this.label(kind)} (${left})`;
      row.append(button);
    }
    row.hidden = !row.querySelector('button');
  }

  label(kind) {
    return this.element.querySelector(`[data-kind="${CSS.escape(kind)}"]`)?.parentElement.textContent.trim() ?? kind;
  }

  async expand(kind) {
    const node = this.cy.$('node:selected');
    try {
      const data = await load(this.element, new URLSearchParams({ expand: node.id(), kind }));
      const fresh = (data.nodes ?? []).filter((n) => !this.has(n.id)).length;
      if (this.cy.nodes().length + fresh > this.max) {
        this.say(this.element.dataset.tooMany);
        return;
      }
      const before = this.cy.nodes().map((n) => [n, { ...n.position() }]);
      const added = this.add(data);
      added.nodes().forEach((n) => n.position({ x: node.position('x') + Math.random(), y: node.position('y') + Math.random() }));
      this.undoable.push(() => {
        added.remove();
        for (const [n, at] of before) n.position(at);
      });
      this.arrange(false);
      this.refresh();
      this.select(node.id(), false);
    } catch {
      this.say(this.element.dataset.failed);
    }
  }

  undo() {
    this.undoable.pop()?.();
    this.cy.fit(undefined, 40);
    this.refresh();
    this.select(this.has(this.pick.value) ? this.pick.value : '', false);
  }

  fit() {
    this.cy.fit(this.cy.elements(':visible'), 40);
  }

  start() {
    this.cy.nodes().removeClass('start');
    this.cy.$('node:selected').addClass('start');
    this.refresh();
  }

  // path marks the shortest way between the start and the chosen node.
  path() {
    const shown = this.cy.elements(':visible');
    const from = shown.filter('.start');
    const to = shown.filter('node:selected');
    const found = from.nonempty() && to.nonempty() && shown.aStar({ root: from, goal: to });
    this.cy.elements().removeClass('path faint');
    if (!found || !found.found) {
      this.say(this.element.dataset.noPath);
      return;
    }
    this.cy.elements().addClass('faint');
    found.path.removeClass('faint').addClass('path');
    this.cy.fit(found.path, 60);
    if (this.cy.zoom() > 1) this.cy.zoom({ level: 1, renderedPosition: this.middle() });
    this.undoable.push(() => this.cy.elements().removeClass('path faint start'));
    this.refresh();
  }

  // filter hides kinds that are unticked and links outside the dates.
  filter() {
    const since = this.element.querySelector('[data-since]').value;
    const till = this.element.querySelector('[data-till]').value;
    const shown = new Set([...this.element.querySelectorAll('[data-kind]:checked')].map((box) => box.dataset.kind));
    const outside = (date) => date && ((since && date < since) || (till && date > till));
    this.cy.batch(() => {
      this.cy.nodes().forEach((n) => n.toggleClass('gone', this.shapes.has(n.data('kind')) && !shown.has(n.data('kind'))));
      this.cy.edges().forEach((e) => e.toggleClass('gone', Boolean(outside(e.data('date')))));
    });
    this.refresh();
  }

  // refresh brings the list, the buttons and the count up to date.
  refresh() {
    const chosen = this.pick?.value ?? '';
    const pick = this.element.querySelector('[data-pick]');
    const order = new Intl.Collator(document.documentElement.lang).compare;
    const nodes = this.cy.nodes(':visible').sort((a, b) => order(a.data('label'), b.data('label')));
    pick.replaceChildren(pick.options[0], ...nodes.map((n) => new Option(n.data('label'), n.id(), false, n.id() === chosen)));
    this.element.querySelector('[data-do=undo]').disabled = this.undoable.length === 0;
    this.element.querySelector('[data-do=path]').disabled = this.cy.nodes('.start').empty();
    this.say(this.element.dataset.shown, nodes.length);
  }

  say(text, n = 0) {
    const number = new Intl.NumberFormat(document.documentElement.lang);
    this.element.querySelector('[data-say]').textContent = text
      .replace('{n}', number.format(n))
      .replace('{max}', number.format(this.max));
  }
}
