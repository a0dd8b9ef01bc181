import { expect } from '@open-wc/testing';
import { browserPage } from './page.js';

describe('the page around the call', () => {
  let heard: string[];
  const watch = () =>
    browserPage.watch({
      hide: () => heard.push('hide'),
      show: () => heard.push('show'),
      wake: (network) => heard.push(network ? 'network' : 'front'),
      devices: () => heard.push('devices'),
    });
  const turnVisible = (hidden: boolean) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  };
  const everything = () => {
    dispatchEvent(new Event('online'));
    turnVisible(true);
    turnVisible(false);
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    dispatchEvent(new PageTransitionEvent('pagehide'));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  };

  beforeEach(() => {
    heard = [];
  });
  afterEach(() => {
    Reflect.deleteProperty(document, 'hidden');
    Reflect.deleteProperty(navigator, 'connection');
  });

  it('tells when the network is back, when it comes to the front, when devices change, when it goes and comes back', () => {
    const end = watch();
    everything();
    expect(heard).to.deep.equal(['network', 'front', 'devices', 'hide', 'show']);
    end();
  });

  it('tells nothing once the watch has ended', () => {
    watch()();
    everything();
    expect(heard).to.deep.equal([]);
  });

  it('tells of another network where the browser knows its type, not of measured speed, nor that there is none', () => {
    const connection = Object.assign(new EventTarget(), { type: 'wifi' });
    Object.defineProperty(navigator, 'connection', { configurable: true, value: connection });
    const end = watch();
    const turn = (type: string) => {
      connection.type = type;
      connection.dispatchEvent(new Event('change'));
      return heard.length;
    };
    expect(['wifi', 'none', 'cellular', 'cellular', 'wifi'].map(turn)).to.deep.equal([0, 0, 1, 1, 2]);
    expect(heard).to.deep.equal(['network', 'network']);
    end();
    expect(turn('cellular')).to.equal(2);
  });

  it('leaves no listener behind', () => {
    const connection = new EventTarget();
    Object.defineProperty(navigator, 'connection', { configurable: true, value: connection });
    const listeners = new Set<string>();
    const originals = [window, document, connection, navigator.mediaDevices].map((target) => {
      const { addEventListener } = target;
      target.addEventListener = (type: string, listener: unknown, options: AddEventListenerOptions) => {
        listeners.add(type);
        options.signal?.addEventListener('abort', () => listeners.delete(type));
        addEventListener.call(target, type, listener as EventListener, options);
      };
      return () => Reflect.deleteProperty(target, 'addEventListener');
    });
    const end = watch();
    expect([...listeners].sort()).to.deep.equal([
      'change',
      'devicechange',
      'online',
      'pagehide',
      'pageshow',
      'visibilitychange',
    ]);
    end();
    for (const restore of originals) restore();
    expect([...listeners]).to.deep.equal([]);
  });
});
