// Elements of the page. Texts, which callers may have sent, only ever become text.

// el makes an element: attributes, "on" for listeners, and children that are elements or texts.
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export const field = (name, tag = "span") => el(tag, { "data-field": name });
export const button = (action, words, onclick) => el("button", { type: "button", "data-action": action, onclick: once(onclick) }, words);

// once has a handler do one thing at a time: it ignores what comes while its promise is open, and the second click of a double click.
export function once(handler) {
  let busy = false;
  return async (event) => {
    if (busy || event?.detail > 1) return;
    busy = true;
    try {
      await handler(event);
    } finally {
      busy = false;
    }
  };
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setData(element, name, value) {
  if (value === undefined || value === "" || value === false) delete element.dataset[name];
  else if (element.dataset[name] !== String(value)) element.dataset[name] = value;
}

// List keeps the elements of a list true to items: one each, in their order, and none is made anew, so that what has the
// focus, or was typed, stays.
export class List {
  constructor(parent, make) {
    this.parent = parent;
    this.make = make; // (item) => {element, update(item)}
    this.rows = new Map();
  }

  update(items, key = (item) => item.key) {
    const wanted = new Set(items.map(key));
    for (const [id, row] of this.rows) {
      if (wanted.has(id)) continue;
      row.element.remove();
      this.rows.delete(id);
    }
    let last = null;
    for (const item of items) {
      const id = key(item);
      let row = this.rows.get(id);
      if (!row) this.rows.set(id, (row = this.make(item)));
      row.update(item);
      const next = last ? last.nextSibling : this.parent.firstChild;
      if (next !== row.element) this.place(row.element, next);
      last = row.element;
    }
  }

  // place moves an element; one that has the focus would lose it, so it stays and others go around it.
  place(element, next) {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    this.parent.insertBefore(element, next);
    focused?.focus();
  }
}
