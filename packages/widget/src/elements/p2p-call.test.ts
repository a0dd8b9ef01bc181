import { expect, oneEvent, waitUntil } from '@open-wc/testing';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import { CALL_ERROR_CODES, CallError } from '../core/errors.js';
import { PHASES, type EndReason } from '../core/snapshot.js';
import { defineP2pCall } from '../define.js';
import { P2pLeaveRequestEvent, type P2pErrorEvent } from '../events.js';
import { ar } from '../i18n/ar.js';
import { de } from '../i18n/de.js';
import { en } from '../i18n/en.js';
import {
  expectAccessible,
  ANNA,
  createFakedCall,
  fakedCall,
  mustFind,
  partOf,
  settled,
  textOf,
  WORKING,
} from '../testing/call-fixture.js';
import { P2pCallElement } from './p2p-call.js';

const ENDS = Object.keys(en.ends) as EndReason[];

/** Lets what was queued before it run. */
const microtask = (): Promise<void> => Promise.resolve();

describe('p2p-call: options', () => {
  it('hands the attributes to the session, decoded', async () => {
    const { call, session } = await fakedCall({
      ...WORKING,
      room: 'r-1',
      'display-name': 'Tom',
      video: 'off',
      prejoin: 'false',
      codecs: 'vp9 vp8',
      'ice-policy': 'relay',
      'frame-rate': '24',
    });
    expect(session().settings).to.include({
      signalingUrl: 'https://signal.example',
      tokenUrl: '/token',
      room: 'r-1',
      displayName: 'Tom',
      audio: true,
      video: false,
      prejoin: false,
      icePolicy: 'relay',
      frameRate: 24,
    });
    expect(call.codecs).to.deep.equal(['vp9', 'vp8']);
    expect(call.video).to.equal(false);
  });

  it('has the defaults of a session', async () => {
    const { session } = await fakedCall({});
    expect(session().settings).to.deep.include(DEFAULT_SETTINGS);
  });

  it('a changed option reaches the session', async () => {
    const { call, session } = await fakedCall();
    call.displayName = 'New name';
    await call.updateComplete;
    expect(session().settings?.displayName).to.equal('New name');
  });

  it('a bad value is told once, and the default holds', async () => {
    const { call } = createFakedCall({ ...WORKING, mode: 'smell' });
    const errors: string[] = [];
    call.addEventListener('p2p-error', (event) => errors.push(event.detail.error.message));
    document.body.append(call);
    await call.updateComplete;
    call.setAttribute('mode', 'taste');
    call.displayName = 'x';
    await call.updateComplete;
    expect(call.mode).to.equal('video');
    expect(errors).to.have.length(1);
    expect(errors[0]).to.match(/^config-invalid: mode: /);
    call.remove();
  });

  it('a property that was set before the element was known counts', async () => {
    const { call, session } = createFakedCall({});
    const early = { signalingUrl: 'https://signal.example', token: 't' };
    Object.assign(call, early);
    document.body.append(call);
    await call.updateComplete;
    expect(session().settings).to.include(early);
    call.remove();
  });

  it('takes the token out of the document once it is read, and keeps it', async () => {
    const { call, session } = createFakedCall({ 'signaling-url': 'https://signal.example', token: 'secret' });
    document.body.append(call);
    await call.updateComplete;
    expect(call.hasAttribute('token')).to.equal(false);
    expect(call.token).to.equal('secret');
    expect(session().settings?.token).to.equal('secret');
    call.setAttribute('token', 'newer');
    expect(call.hasAttribute('token')).to.equal(false);
    expect(call.token).to.equal('newer');
    call.remove();
  });

  for (const [attributes, missing] of [
    [{ 'token-url': '/token' }, 'signaling-url'],
    [{ 'signaling-url': 'https://signal.example' }, 'token-url'],
    [{ 'token-url': '/token', 'signaling-url': 'nonsense' }, 'signaling-url'],
  ] as const) {
    it(`without a good ${missing} it stays idle, and says why: ${JSON.stringify(attributes)}`, async () => {
      const { call, session } = createFakedCall(attributes);
      const told = oneEvent<P2pErrorEvent>(call, 'p2p-error');
      document.body.append(call);
      const { error } = (await told).detail;
      await settled(call);
      expect(error.code).to.equal('config-invalid');
      expect(error.message).to.contain(missing);
      expect(call.phase).to.equal('idle');
      expect(session().calls).to.deep.equal(['reportProblem']);
      expect(textOf(call)).to.contain(en.errors['config-invalid'].title).and.to.contain(missing);
      await call.join().then(
        () => expect.fail('joined'),
        (reason: unknown) => expect(reason).to.be.instanceOf(CallError),
      );
      call.remove();
    });
  }

  it('starts as soon as what was missing is there', async () => {
    const { call, session } = await fakedCall({ 'signaling-url': 'https://signal.example' });
    expect(call.snapshot.error?.code).to.equal('config-invalid');
    call.getToken = () => Promise.resolve('t');
    await call.updateComplete;
    expect(session().calls).to.deep.equal(['reportProblem', 'reportProblem', 'start']);
    expect(call.snapshot.error).to.equal(null);
    expect(call.phase).to.equal('lobby');
  });

  it('joins by itself with autojoin only', async () => {
    expect((await fakedCall()).session().calls).to.deep.equal(['start']);
    expect((await fakedCall({ ...WORKING, autojoin: '' })).session().calls).to.deep.equal(['start', 'join']);
  });
});

describe('p2p-call: life in a document', () => {
  it('moved to another place, the call goes on', async () => {
    const { call, session } = await fakedCall(WORKING, { phase: 'connected', peer: ANNA, signaling: 'open' });
    const before = session();
    const place = document.createElement('div');
    document.body.append(place);
    place.append(call);
    await microtask();
    await settled(call);
    expect(session()).to.equal(before);
    expect(before.isDisposed).to.equal(false);
    before.set({ phase: 'unstable' });
    await waitUntil(() => textOf(call).includes(en.phases.unstable.title));
    place.remove();
  });

  it('removed, it ends everything; put back, it starts anew', async () => {
    const { call, session } = await fakedCall(WORKING, { phase: 'connected', peer: ANNA, signaling: 'open' });
    const first = session();
    call.remove();
    await microtask();
    expect(first.isDisposed).to.equal(true);
    expect(call.phase).to.equal('idle');
    first.set({ phase: 'ended', reason: 'error' });
    document.body.append(call);
    await settled(call);
    expect(session()).not.to.equal(first);
    expect(session().calls).to.deep.equal(['start']);
    expect(call.phase).to.equal('lobby');
    call.remove();
  });

  it('removed while it joins, nothing comes of it', async () => {
    const { call, session } = await fakedCall();
    let finish = (): void => undefined;
    const first = session();
    first.join = () => new Promise((resolve) => (finish = resolve));
    const joining = call.join();
    first.set({ phase: 'joining' });
    call.remove();
    await microtask();
    finish();
    await joining;
    expect(first.calls).to.deep.equal(['start', 'dispose']);
    expect(call.phase).to.equal('idle');
  });

  it('removed while the devices open, it does not wait for them when it is back', async () => {
    const { call, session } = await fakedCall();
    let finish = (): void => undefined;
    session().preview = () => new Promise((resolve) => (finish = resolve));
    const opening = call.preview();
    await settled(call);
    expect(textOf(call)).to.contain(en.ui.opening);
    call.remove();
    await microtask();
    document.body.append(call);
    finish();
    await opening;
    await settled(call);
    expect(textOf(call)).not.to.contain(en.ui.opening);
    expect(textOf(call)).to.contain(en.ui.openDevices);
    call.remove();
  });

  it('outside of a document, methods reject and leave() does not', async () => {
    const { call } = createFakedCall();
    for (const act of [
      () => call.join(),
      () => call.preview(),
      () => call.setCamera(true),
      () => call.restartIce(),
      () => call.simulate('ice-failed'),
    ]) {
      await act().then(
        () => expect.fail('resolved'),
        (reason: unknown) => expect(reason).to.be.instanceOf(CallError),
      );
    }
    await call.leave();
  });

  it('is defined once, however often the script runs', () => {
    expect(() => defineP2pCall()).not.to.throw();
    expect(customElements.get('p2p-call')).to.equal(P2pCallElement);
  });

  it('two elements are two calls', async () => {
    const one = await fakedCall();
    const first = one.session();
    const two = await fakedCall();
    expect(first).not.to.equal(two.session());
    two.session().set({ phase: 'ended', reason: 'left' });
    await settled(two.call);
    expect(one.call.phase).to.equal('lobby');
    expect(two.call.phase).to.equal('ended');
  });
});

describe('p2p-call: requests and facts', () => {
  it('tells facts as events that bubble', async () => {
    const { call, session } = await fakedCall();
    const told = oneEvent<CustomEvent<unknown>>(document.body, 'p2p-media-change');
    session().tell({ type: 'media-change', who: 'peer', audio: false, video: true, screen: false });
    const { detail, target } = await told;
    expect(detail).to.deep.equal({ who: 'peer', audio: false, video: true, screen: false });
    expect(target).to.equal(call);
  });

  it('does what its buttons ask', async () => {
    const { call, session } = await fakedCall(WORKING, { phase: 'connected', peer: ANNA, signaling: 'open' });
    session().calls.length = 0;
    for (const name of ['mic-button', 'camera-button', 'leave-button']) mustFind(call, name).click();
    await microtask();
    expect(session().calls).to.deep.equal(['setMicrophone(false)', 'setCamera(false)', 'leave']);
  });

  it('does nothing that a listener forbids, even one that was added last and far out', async () => {
    const { call, session } = await fakedCall(WORKING, { phase: 'connected', peer: ANNA, signaling: 'open' });
    session().calls.length = 0;
    const forbid = (event: Event): void => event.preventDefault();
    document.body.addEventListener('p2p-leave-request', forbid);
    mustFind(call, 'leave-button').click();
    await microtask();
    document.body.removeEventListener('p2p-leave-request', forbid);
    expect(session().calls).to.deep.equal([]);
  });

  it('takes requests of the page’s own buttons in its slots', async () => {
    const { call, session } = await fakedCall(WORKING, { phase: 'connected', peer: ANNA, signaling: 'open' });
    session().calls.length = 0;
    const button = document.createElement('button');
    button.slot = 'controls-end';
    call.append(button);
    button.dispatchEvent(new P2pLeaveRequestEvent());
    button.dispatchEvent(new CustomEvent('p2p-microphone-request', { bubbles: true }));
    await microtask();
    expect(session().calls).to.deep.equal(['leave', 'setMicrophone(false)']);
  });

  it('joins without devices: both off first', async () => {
    const { call, session } = await fakedCall();
    const button = [...(mustFind(call, 'join-button').parentElement?.querySelectorAll('button') ?? [])].at(
      -1,
    );
    expect(button?.textContent.trim()).to.equal(en.ui.joinWithout);
    button?.click();
    while (!session().calls.includes('join')) await microtask();
    expect(session().calls).to.deep.equal(['start', 'setMicrophone(false)', 'setCamera(false)', 'join']);
  });

  it('hands on what the page asks for its connection: a new path, and faults for its tests', async () => {
    const { call, session } = await fakedCall(WORKING, { phase: 'connected', peer: ANNA, signaling: 'open' });
    session().calls.length = 0;
    await call.restartIce();
    const faults = ['ice-failed', 'ice-disconnected', 'relay-only', 'signaling-lost'] as const;
    for (const fault of faults) await call.simulate(fault);
    expect(session().calls).to.deep.equal(['restartIce', ...faults.map((fault) => `simulate(${fault})`)]);
  });

  it('a path that cannot be mended rejects as the session does', async () => {
    const { call, session } = await fakedCall(WORKING, { phase: 'connected', peer: ANNA, signaling: 'open' });
    session().failure = new CallError('ice-failed');
    const refused = await call.restartIce().catch((cause: unknown) => cause);
    expect(refused).to.equal(session().failure);
  });

  it('a refused request is no unhandled rejection', async () => {
    const { call, session } = await fakedCall();
    session().failure = new CallError('room-full');
    const unhandled: unknown[] = [];
    const note = (event: PromiseRejectionEvent): unknown => unhandled.push(event.reason);
    window.addEventListener('unhandledrejection', note);
    mustFind(call, 'join-button').click();
    // Rejections nobody handled are told of after the microtasks; a message comes later still.
    const { port1, port2 } = new MessageChannel();
    await new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
    window.removeEventListener('unhandledrejection', note);
    expect(session().calls).to.deep.equal(['start', 'join']);
    expect(unhandled).to.deep.equal([]);
  });
});

describe('p2p-call: what it shows', () => {
  for (const phase of PHASES) {
    it(`${phase}: words, never blank, and accessible`, async () => {
      const { call } = await fakedCall(WORKING, { phase, peer: ANNA, signaling: 'open' });
      expect(textOf(call)).to.match(/\p{L}{3}/u);
      const states = [...PHASES].filter((name) => call.matches(`:state(${name})`));
      expect(states).to.deep.equal([phase]);
      await expectAccessible(call);
    });
  }

  for (const reason of ENDS) {
    it(`ended, ${reason}: says so, and accessible`, async () => {
      const { call } = await fakedCall(WORKING, { phase: 'ended', reason });
      expect(textOf(mustFind(call, 'status')))
        .to.contain(en.ends[reason].title)
        .and.contain(en.ends[reason].todo);
      await expectAccessible(call);
    });
  }

  for (const code of CALL_ERROR_CODES) {
    it(`${code}: says what happened and what to do, in every phase`, async () => {
      const { call, session } = await fakedCall();
      for (const phase of PHASES) {
        session().set({ phase, error: new CallError(code), signaling: 'open', reason: null });
        await settled(call);
        const isSoundOnly = code === 'negotiation-failed' && phase === 'connected';
        const { title, todo } = isSoundOnly ? en.losses.picture : en.errors[code];
        expect(textOf(call), phase).to.contain(title).and.contain(todo);
      }
    });
  }

  it('shows markup in a name as text', async () => {
    const name = '<img src=x onerror="window.hacked=1"><b>Bob</b>';
    const peer = { ...ANNA, name, here: false, audio: false, video: false };
    const { call, session } = await fakedCall({ ...WORKING, 'display-name': name });
    for (const phase of PHASES) {
      session().set({ phase, peer, signaling: 'open', room: { seats: 1, waitingName: name } });
      await settled(call);
      expect(partOf(call, 'avatar')?.querySelector('img') ?? null, phase).to.equal(null);
      expect(textOf(call).includes('<img') || !['lobby', 'connecting', 'connected'].includes(phase)).to.equal(
        true,
      );
    }
    expect('hacked' in window).to.equal(false);
  });

  it('speaks the language of its attribute, in that language’s direction', async () => {
    const { call } = await fakedCall({ ...WORKING, lang: 'ar' });
    expect(textOf(call)).to.contain(ar.phases.lobby.title);
    const frame = mustFind(call, 'frame');
    expect([frame.lang, frame.dir, getComputedStyle(frame).direction]).to.deep.equal(['ar', 'rtl', 'rtl']);
    call.lang = 'xx';
    await settled(call);
    expect([frame.lang, frame.dir]).to.deep.equal(['en', 'ltr']);
  });

  it('keeps the focus when a button that had it is gone', async () => {
    const { call, session } = await fakedCall();
    mustFind(call, 'join-button').focus();
    session().set({ phase: 'waiting', signaling: 'open' });
    await settled(call);
    await microtask();
    expect(call.shadowRoot?.activeElement).to.equal(mustFind(call, 'frame'));
  });

  it('re-exports the parts of its inner elements', async () => {
    const { call, session } = await fakedCall();
    const lobby = ['frame', 'preview', 'avatar', 'button', 'mic-button', 'camera-button', 'join-button'];
    const inCall = [
      'stage',
      'remote-video',
      'self-view',
      'name',
      'controls',
      'leave-button',
      'banner',
      'status',
    ];
    const expectParts = (names: string[]): void => {
      for (const name of names) {
        const part = mustFind(call, name);
        const root = part.getRootNode();
        const host = root instanceof ShadowRoot ? root.host : null;
        if (host === call) continue;
        expect(host?.getAttribute('exportparts')?.split(', '), name).to.include(name);
      }
    };
    expectParts(lobby);
    const error = new CallError('media-failed');
    session().set({ phase: 'recovering', peer: ANNA, signaling: 'open', error });
    await settled(call);
    expectParts(inCall);
  });

  for (const [width, height] of [
    [240, 180],
    [260, 400],
    [480, 300],
  ] as const) {
    it(`at ${width} by ${height} words about a lost connection leave the way out free`, async () => {
      const { call, session } = await fakedCall({ ...WORKING, lang: 'de' });
      call.style.width = `${width}px`;
      call.style.height = `${height}px`;
      const peer = { ...ANNA, name: 'Maximiliane von Hohenstein-Wiesbach', here: false };
      const recovery = { step: 'relay-tcp', attempt: 4, sinceMs: 30_000 } as const;
      for (const [change, words] of [
        [{ phase: 'unstable', signaling: 'resuming', peer }, de.losses.self.title],
        [{ phase: 'unstable', signaling: 'open', peer }, peer.name],
        [{ phase: 'recovering', signaling: 'resuming', peer }, de.losses.self.title],
        [{ phase: 'recovering', signaling: 'open', peer: ANNA, recovery }, de.ui.lastWay],
        [{ phase: 'recovering', signaling: 'open', peer }, peer.name],
        [{ phase: 'waiting', signaling: 'open', peer }, peer.name],
      ] as const) {
        session().set(change);
        const place = change.phase === 'unstable' ? 'banner' : 'status';
        await waitUntil(() => textOf(partOf(call, place) ?? new Text()).includes(words));
        const button = mustFind(call, 'leave-button');
        const { left, top, width: wide, height: high } = button.getBoundingClientRect();
        const root = button.getRootNode() as ShadowRoot;
        const hit = root.elementFromPoint(left + wide / 2, top + high / 2);
        expect(button.contains(hit), `${change.phase} ${change.signaling}`).to.equal(true);
      }
    });
  }

  for (const [width, height] of [
    [240, 180],
    [260, 400],
    [480, 300],
    [780, 560],
  ] as const) {
    it(`at ${width} by ${height} every button of a call is inside, and large enough`, async () => {
      const { call, session } = await fakedCall();
      call.style.width = `${width}px`;
      call.style.height = `${height}px`;
      for (const phase of ['lobby', 'waiting', 'connected', 'recovering', 'ended'] as const) {
        session().set({ phase, peer: ANNA, signaling: 'open', reason: phase === 'ended' ? 'left' : null });
        await settled(call);
        const frame = call.getBoundingClientRect();
        expect([frame.width, frame.height]).to.deep.equal([width, height]);
        for (const name of ['mic-button', 'camera-button', 'leave-button', 'join-button']) {
          const box = partOf(call, name)?.getBoundingClientRect();
          if (box === undefined) continue;
          const where = `${phase} ${name}`;
          expect(box.left >= frame.left && box.right <= frame.right, where).to.equal(true);
          expect(box.top >= frame.top && box.bottom <= frame.bottom, where).to.equal(true);
          expect(Math.min(box.width, box.height), where).to.be.at.least(44);
        }
      }
    });
  }
});
