// Colours are read from real elements, because the value of a custom property is
// not resolved by getPropertyValue: the legend's marks carry the kinds, and the
// canvas carries ink, line, accent and ground.
const shapes = { star: 'star', circle: 'ellipse', square: 'round-rectangle', diamond: 'diamond', triangle: 'triangle', hexagon: 'hexagon' };

export function style(element) {
  const canvas = getComputedStyle(element.querySelector('.canvas'));
  const ink = canvas.color;
  const ground = canvas.backgroundColor;
  const accent = canvas.outlineColor;
  const line = canvas.columnRuleColor;
  const font = canvas.fontFamily;
  const rules = [
    {
      selector: 'node',
      style: {
        label: 'data(words)', color: ink, 'font-family': font, 'font-size': 15, width: 28, height: 28,
        'text-valign': 'bottom', 'text-margin-y': 5, 'text-wrap': 'ellipsis', 'text-max-width': 160,
        'text-background-color': ground, 'text-background-opacity': 0.85, 'text-background-padding': 2,
      },
    },
    {
      selector: 'edge',
      style: {
        label: 'data(words)', color: ink, 'font-family': font, 'font-size': 13, width: 2, 'line-color': line,
        'curve-style': 'bezier', 'text-rotation': 'autorotate',
        'text-background-color': ground, 'text-background-opacity': 1, 'text-background-padding': 2,
        'target-arrow-shape': 'triangle', 'target-arrow-color': line, 'arrow-scale': 0.8,
      },
    },
  ];
  for (const box of element.querySelectorAll('[data-kind]')) {
    const colour = getComputedStyle(box.parentElement.querySelector('svg')).color;
    const shape = shapes[box.dataset.shape] ?? 'ellipse';
    rules.push({ selector: `node[kind = ${JSON.stringify(box.dataset.kind)}]`, style: { shape, 'background-color': colour } });
  }
  return rules.concat([
    { selector: 'node:selected, node.start', style: { 'border-width': 4, 'border-color': accent, 'font-weight': 'bold' } },
    { selector: 'edge.path', style: { 'line-color': accent, 'target-arrow-color': accent, width: 4 } },
    { selector: 'node.path', style: { 'border-width': 3, 'border-color': accent } },
    { selector: '.faint', style: { opacity: 0.3 } },
    { selector: 'edge.quiet', style: { 'text-opacity': 0, 'text-background-opacity': 0 } },
    { selector: 'edge.named, edge.path', style: { 'text-opacity': 1, 'text-background-opacity': 1 } },
    { selector: '.gone', style: { display: 'none' } },
  ]);
}
