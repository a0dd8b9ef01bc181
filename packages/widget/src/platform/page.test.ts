import { expect } from '@open-wc/testing';
import { browserPage } from './page.js';

describe('the page around the call', () => {
  let heard: string[];
  const watch = () =>
    browserPage.watch(
      () => heard.push('hide'),
      () => heard.push('show'),
      () => heard.push('wake'),
    );
  const turnVisible = (hidden: boolean) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  };
  const everything = () => {
    dispatchEvent(new Event('online'));
    turnVisible(true);
    turnVisible(false);
    dispatchEvent(new PageTransitionEvent('pagehide'));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  };

  beforeEach(() => {
    heard = [];
  });
  afterEach(() => {
    Reflect.deleteProperty(document, 'hidden');
  });

  it('tells when the network is back, when it comes to the front, when it goes and comes back', () => {
    const end = watch();
    everything();
    expect(heard).to.deep.equal(['wake', 'wake', 'hide', 'show']);
    end();
  });

  it('tells nothing once the watch has ended', () => {
    watch()();
    everything();
    expect(heard).to.deep.equal([]);
  });

  it('leaves no listener behind', () => {
    const listeners = new Set<string>();
    const originals = [window, document].map((target) => {
      const { addEventListener } = target;
      target.addEventListener = (type: string, listener: unknown, options: AddEventListenerOptions) => {
        listeners.add(type);
        options.signal?.addEventListener('abort', () => listeners.delete(type));
        addEventListener.call(target, type, listener as EventListener, options);
      };
      return () => Reflect.deleteProperty(target, 'addEventListener');
    });
    const end = watch();
    expect([...listeners].sort()).to.deep.equal(['online', 'pagehide', 'pageshow', 'visibilitychange']);
    end();
    for (const restore of originals) restore();
    expect([...listeners]).to.deep.equal([]);
  });
});
