// Elements from names, properties and children. What is given as text stays text: nothing in this
// page reads markup from a text, and the page's security policy would refuse it.

const SVG = "http://www.w3.org/2000/svg";
const LEAST_WIDTH = 200; // pixels of a drawing

/** Return the element of this id, which the template has. */
const byId = (id) => document.getElementById(id);

/** Return a new element; a property that is an attribute's name is set as one, null left out. */
function element(name, properties = {}, ...children) {
  return filled(document.createElement(name), properties, children);
}

/** Return a new element of a drawing. */
function drawn(name, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, name), properties, children);
}

function filled(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Return a table with a caption, a header row and rows of cells; the first cell heads its row. */
function tableOf(caption, headers, rows) {
  const heads = headers.map((header) => element("th", { scope: "col" }, header));
  const body = rows.map(([first, ...others]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, first),
      ...others.map((cell) => element("td", {}, cell)),
    ),
  );
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...body),
  );
}

/** Return what is folded under a few words until somebody opens it. */
function folded(words, ...children) {
  return element("details", {}, element("summary", {}, words), ...children);
}

/**
 * Return a box that is drawn into at its width in pixels, again whenever that changes: letters of a
 * drawing that is stretched would be as small on a phone as the drawing.
 */
function drawnAtWidth(draw) {
  const box = element("div", { class: "chart" });
  let drawnWidth = null;
  const drawIfNew = () => {
    const width = Math.max(box.clientWidth, LEAST_WIDTH);
    if (width === drawnWidth) return;
    drawnWidth = width;
    box.replaceChildren(draw(width));
  };
  new ResizeObserver(drawIfNew).observe(box);
  return box;
}
