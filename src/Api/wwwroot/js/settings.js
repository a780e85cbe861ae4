// What this browser remembers. Storage may be blocked or full; then a choice lasts as long as the page.
const PREFIX = 'od.';
const unsaved = new Map();

export function loadSetting(name, fallback) {
  if (unsaved.has(name)) return unsaved.get(name);
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

export function saveSetting(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
    unsaved.delete(name);
  } catch {
    unsaved.set(name, value);
  }
}
