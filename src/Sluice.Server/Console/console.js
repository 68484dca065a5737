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

/** Adds what only scripts can do to a part of the page. */
function enhance(part) {
  for (const text of part.querySelectorAll('details.curl pre, [data-copy]')) {
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

  // The page has what happens until each point of the slider: it shows that of the chosen one.
  part.querySelector('.slider input[type=range]')?.addEventListener('input', (event) => {
    for (const point of document.querySelectorAll('[data-point]')) point.hidden = point.dataset.point !== event.target.value;
  });

  // What can be undone for some seconds is offered as long.
  for (const button of part.querySelectorAll('[data-gone-after]')) {
    setTimeout(() => button.remove(), Number(button.dataset.goneAfter) * 1000);
  }
}

// A part of a page is read again when the server says that something has happened; a list of what the server does not tell, every two seconds.
const live = document.querySelector('[data-live]');
let seen = live?.innerHTML; // As the server has written it.
enhance(document);
if (live) {
  const isTold = live.dataset.live !== '';
  const lost = document.createElement('p');
  let due = !isTold;
  let isReading = false;
  let fading;
  lost.className = 'alert lost';
  lost.setAttribute('role', 'alert');
  lost.textContent = 'The server does not answer. This page is as it was; it goes on by itself when the server is back.';

  /** Whether somebody is at work there: what is typed, chosen, open or marked must stay. */
  const inUse = () => (live.contains(document.activeElement) && isTyping(document.activeElement))
    || live.querySelector('details[open]') !== null
    || (getSelection().type === 'Range' && live.contains(getSelection().anchorNode));

  const show = (fresh) => {
    const focus = live.contains(document.activeElement) && (document.activeElement.getAttribute('href') ?? '');
    seen = fresh.innerHTML;
    live.replaceChildren(...fresh.childNodes);
    enhance(live);
    if (focus !== false) ([...live.querySelectorAll('a')].find((link) => link.getAttribute('href') === focus) ?? document.getElementById('main')).focus({ preventScroll: true });
  };

  const isBack = () => {
    clearTimeout(fading);
    fading = undefined;
    lost.remove();
  };

  // Not at once: a stream also ends when somebody follows a link.
  const isLost = () => { fading ??= setTimeout(() => document.getElementById('main').prepend(lost), 1000); };

  setInterval(async () => {
    if (!due || isReading || document.hidden || inUse()) return;
    isReading = true;
    due = !isTold;
    try {
      const answer = await fetch(location.href);
      if (!answer.ok) throw new Error(answer.statusText);
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-live]');
      isBack();
      if (!fresh) location.reload(); // The session is over, or what was here is gone.
      else if (fresh.innerHTML !== seen && inUse()) due = true;
      else if (fresh.innerHTML !== seen) show(fresh);
    } catch {
      due = true;
      isLost();
    }

    isReading = false;
  }, isTold ? 1000 : 2000);

  if (isTold) {
    let stream;
    const listen = () => {
      stream = new EventSource(live.dataset.live);
      const own = stream;
      own.onopen = () => { due = true; isBack(); }; // Something may have happened while nobody listened.
      own.onmessage = () => { due = true; };
      own.onerror = () => {
        if (own !== stream) return;
        if (own.readyState !== EventSource.CLOSED) return isLost(); // The browser tries again by itself.
        due = true; // The server has answered, but with no stream: it may have as many as it can, or the session is over. Reading tells.
        setTimeout(() => { if (own === stream) listen(); }, 2000);
      };
    };
    const leave = () => {
      stream?.close(); // A browser opens only a few connections to one server: pages that nobody looks at need none.
      stream = undefined;
    };
    const come = () => { if (!stream && !document.hidden) listen(); };
    document.addEventListener('visibilitychange', () => (document.hidden ? leave() : come()));
    addEventListener('pagehide', leave);
    addEventListener('pageshow', come);
    come();
  }
}
