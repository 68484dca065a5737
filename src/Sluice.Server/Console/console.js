// Makes the console quicker. Every page works without it.

const search = document.querySelector('main input[type=search]') ?? document.getElementById('search');
const help = document.getElementById('keys');
let goes = false;

const rows = () => [...document.querySelectorAll('main a.go')];
const isTyping = (element) => element.matches('input, textarea, select, [contenteditable]');

function move(step) {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Does what a key is for on this page: presses, opens, or takes the focus to where a choice is to be made. */
function use(target) {
  if (target.tagName === 'DETAILS') {
    target.open = true;
    target.querySelector('select, input:not([type=hidden]), button')?.focus();
  } else if ('focus' in target.dataset) {
    target.focus();
  } else {
    if (target.dataset.key === 'Escape') sessionStorage.setItem('back', location.pathname);
    target.click();
  }
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
  const key = event.key;
  if (isTyping(event.target)) {
    if (key === 'Escape') event.target.blur();
    return;
  }

  const wentTo = goes && document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  const own = document.querySelector(`main [data-key="${CSS.escape(key)}"]`);
  goes = false;
  if (wentTo) wentTo.click();
  else if (key === 'g') goes = true;
  else if (key === '?') help.showModal();
  else if (key === '/') search.focus();
  else if (own) use(own);
  else if (key === 'j') move(1);
  else if (key === 'k') move(-1);
  else return;
  event.preventDefault();
});

// Back on a list, the row that was open has the focus.
const back = sessionStorage.getItem('back');
if (back) {
  sessionStorage.removeItem('back');
  rows().find((row) => row.pathname === back)?.focus();
}

for (const text of document.querySelectorAll('details.curl pre, [data-copy]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
  text.after(button);
}

// What can be undone for some seconds is offered as long.
for (const button of document.querySelectorAll('[data-gone-after]')) {
  setTimeout(() => button.remove(), Number(button.dataset.goneAfter) * 1000);
}

// A file is read into the field that a person would paste it into.
for (const field of document.querySelectorAll('textarea[data-file]')) {
  const label = document.createElement('label');
  const file = document.createElement('input');
  file.type = 'file';
  file.accept = '.csv,text/csv';
  label.className = 'block';
  label.append('Or choose a file ', file);
  file.addEventListener('change', async () => { field.value = (await file.files[0]?.text()) ?? field.value; });
  field.after(label);
}

// A list that grows by itself is read again every two seconds while somebody looks at it.
const live = document.querySelector('[data-live]');
if (live) {
  const lost = document.createElement('p');
  lost.className = 'alert';
  lost.setAttribute('role', 'alert');
  lost.textContent = 'The server does not answer. This list is as it was; it goes on by itself when the server is back.';
  setInterval(async () => {
    if (document.hidden || live.contains(document.activeElement)) return;
    try {
      const answer = await fetch(location.href);
      if (!answer.ok) throw new Error(answer.statusText);
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-live]');
      lost.remove();
      if (fresh.innerHTML !== live.innerHTML) live.replaceChildren(...fresh.childNodes);
    } catch {
      if (!lost.isConnected) live.before(lost);
    }
  }, 2000);
}
