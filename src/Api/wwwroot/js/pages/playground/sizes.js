// The sizes a model can draw, from its facts: squares around its own size, and the usual shapes of about that area.
const SQUARES = [0.5, 0.75, 1, 1.25, 1.5, 2];
const SHAPES = [[3, 4], [2, 3], [4, 3], [3, 2], [16, 9]];

/** @returns {Array<[number, number]>} width and height in pixels, the model's default first. */
export function sizesOf(facts) {
  const sizes = [[facts.default_width, facts.default_height]];
  for (const factor of SQUARES) sizes.push([facts.default_width * factor, facts.default_width * factor]);
  const area = facts.default_width * facts.default_height;
  for (const [wide, high] of SHAPES) {
    const unit = Math.sqrt(area / (wide * high));
    sizes.push([roundSide(unit * wide, facts), roundSide(unit * high, facts)]);
  }
  const fitting = sizes.filter(([width, height]) => isSide(width, facts) && isSide(height, facts));
  return [...new Map(fitting.map(size => [size.join('x'), size])).values()];
}

const roundSide = (pixels, facts) => Math.round(pixels / facts.side_multiple) * facts.side_multiple;

function isSide(pixels, facts) {
  return pixels >= facts.side_min && pixels <= facts.side_max && pixels % facts.side_multiple === 0;
}

export function shapeWord([width, height]) {
  if (width === height) return 'square';
  return width > height ? 'wide' : 'tall';
}
