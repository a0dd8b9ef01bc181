'use strict';
(() => {
  /** Attributes of the element that the page's address may set; nothing else of it reaches the element. */
  const FROM_ADDRESS = [
    'audio',
    'autojoin',
    'codecs',
    'controls',
    'degradation-preference',
    'display-name',
    'frame-rate',
    'ice-policy',
    'lang',
    'max-bitrate',
    'mode',
    'no-hotkeys',
    'prejoin',
    'prewarm',
    'resolution',
    'room',
    'self-view',
    'stats-interval',
    'theme',
    'video',
  ];
  const IN_CALL = ['connected', 'unstable', 'recovering'];
  const STORED = 'p2p-call-demo-person';

  const find = (id) => document.getElementById(id);
  const query = new URLSearchParams(location.search);
  const call = document.querySelector('p2p-call');

  for (const name of FROM_ADDRESS) {
    const value = query.get(name);
    if (value !== null) call.setAttribute(name, value);
  }
  call.setAttribute('signaling-url', location.origin);
  call.setAttribute('token-url', `/v1/demo/token?sub=${person()}`);

  const theme = query.get('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

  call.addEventListener('p2p-phase-change', (event) => {
    document.documentElement.toggleAttribute('data-in-call', IN_CALL.includes(event.detail.phase));
  });

  const address = `${location.origin}/?room=${encodeURIComponent(query.get('room') ?? '')}`;
  find('address').value = address;
  find('open').href = address;
  find('copy').addEventListener('click', copy);

  /**
   * Who this tab is: somebody new, or after a reload the same person. The name is in storage only between the two pages, so
   * that a duplicated tab, which gets a copy of the storage, is somebody else.
   */
  function person() {
    let name = null;
    try {
      name = sessionStorage.getItem(STORED);
      sessionStorage.removeItem(STORED);
    } catch {
      // Storage is blocked: then a reload is a new person.
    }
    const mine = name ?? crypto.randomUUID();
    window.addEventListener('pagehide', () => {
      try {
        sessionStorage.setItem(STORED, mine);
      } catch {
        // As above.
      }
    });
    // Back from the back/forward cache: the tab is open again, so a copy of it must not find the name.
    window.addEventListener('pageshow', (event) => {
      if (!event.persisted) return;
      try {
        sessionStorage.removeItem(STORED);
      } catch {
        // As above.
      }
    });
    return mine;
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(address);
      say('Copied', 'The address is copied.');
    } catch {
      // No permission for the clipboard: mark the text, so that the keyboard copies it.
      find('address').select();
      say('Press Ctrl+C', 'The address is marked. Copy it with the keyboard.');
    }
  }

  function say(label, words) {
    const button = find('copy');
    button.textContent = label;
    find('copied').textContent = words;
    setTimeout(() => {
      button.textContent = 'Copy link';
      find('copied').textContent = '';
    }, 2500);
  }
})();
