import { expect } from '@open-wc/testing';
import { CallError } from '../core/errors.js';
import { DEFAULT_SETTINGS, type CallSettings } from '../core/settings.js';
import { fetchToken } from './token-source.js';

const settings = (more: Partial<CallSettings>): CallSettings => ({ ...DEFAULT_SETTINGS, room: 'r', ...more });

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it should have been rejected');
}

describe('token source', () => {
  const realFetch = globalThis.fetch;
  let asked: { url: string; init: RequestInit | undefined }[];
  let answer: () => Promise<Response>;

  beforeEach(() => {
    asked = [];
    answer = () => Promise.resolve(new Response('{"token":"from-url"}'));
    globalThis.fetch = (url, init) => {
      asked.push({ url: String(url), init });
      return answer();
    };
  });
  afterEach(() => {
    globalThis.fetch = realFetch;
  });

  it('getToken wins over token-url, and that over token', async () => {
    const getToken = ({ room, reason }: { room: string | null; reason: string }) =>
      Promise.resolve(`${room} ${reason}`);
    const all = { token: 'fixed', tokenUrl: '/t', getToken };
    expect(await fetchToken(settings(all), 'join')).to.equal('r join');
    expect(await fetchToken(settings({ ...all, getToken: null }), 'join')).to.equal('from-url');
    expect(await fetchToken(settings({ token: 'fixed' }), 'join')).to.equal('fixed');
  });

  it('asks token-url by POST with the room, and with the page’s cookies', async () => {
    await fetchToken(settings({ tokenUrl: '/t' }), 'join');
    expect(asked[0]?.url).to.equal('/t');
    expect(asked[0]?.init).to.include({ method: 'POST', credentials: 'include', body: '{"room":"r"}' });
  });

  it('what may pass is no final answer: a server error, no network', async () => {
    for (const next of [
      () => Promise.resolve(new Response('', { status: 502 })),
      () => Promise.resolve(new Response('', { status: 408 })),
      () => Promise.resolve(new Response('', { status: 429 })),
      () =>
        Promise.resolve(new Response(new ReadableStream({ start: (body) => body.error(new TypeError()) }))),
      () => Promise.reject(new TypeError()),
    ]) {
      answer = next;
      expect(await failure(fetchToken(settings({ tokenUrl: '/t' }), 'join'))).not.to.be.instanceOf(CallError);
    }
  });

  for (const [what, more, code] of [
    ['a refusal', () => Promise.resolve(new Response('', { status: 403 })), 'token-invalid'],
    ['no token in the answer', () => Promise.resolve(new Response('{}')), 'token-invalid'],
    ['no JSON', () => Promise.resolve(new Response('<p>')), 'token-invalid'],
  ] as const) {
    it(`${what}: ${code}`, async () => {
      answer = more;
      expect(await failure(fetchToken(settings({ tokenUrl: '/t' }), 'join'))).to.include({ code });
    });
  }

  it('a page’s own function that fails, or gives nothing', async () => {
    const fails = () => Promise.reject(new Error('session over'));
    expect(await failure(fetchToken(settings({ getToken: fails }), 'join'))).to.include({
      code: 'token-invalid',
    });
    const gives = () => Promise.resolve('');
    expect(await failure(fetchToken(settings({ getToken: gives }), 'join'))).to.include({
      code: 'token-invalid',
    });
  });

  describe('that takes too long is no final answer either', () => {
    const realTimeout = AbortSignal.timeout.bind(AbortSignal);
    const limit: { abort: () => void; ms: number } = { abort: () => undefined, ms: 0 };
    beforeEach(() => {
      AbortSignal.timeout = (ms) => {
        const abort = new AbortController();
        limit.ms = ms;
        limit.abort = () => abort.abort(new DOMException('late', 'TimeoutError'));
        return abort.signal;
      };
    });
    afterEach(() => {
      AbortSignal.timeout = realTimeout;
    });

    it('token-url', async () => {
      answer = () =>
        new Promise((_, fail) => {
          const signal = asked[0]?.init?.signal;
          signal?.addEventListener('abort', () => fail(new DOMException('late', 'TimeoutError')));
        });
      const failed = failure(fetchToken(settings({ tokenUrl: '/t' }), 'join'));
      expect(limit.ms).to.equal(10_000);
      limit.abort();
      expect(await failed).to.include({ name: 'TimeoutError' });
    });

    it('getToken', async () => {
      const getToken = () => new Promise<string>(() => undefined);
      const failed = failure(fetchToken(settings({ getToken }), 'join'));
      expect(limit.ms).to.equal(30_000);
      limit.abort();
      expect(await failed).to.include({ name: 'TimeoutError' });
    });
  });

  it('one fixed token cannot be renewed', async () => {
    expect(await failure(fetchToken(settings({ token: 't' }), 'expired'))).to.include({
      code: 'token-expired',
    });
  });
});
