import { cloudflareApi, type CloudflareIce } from './ice/cloudflare.js';
import { ownGrant, type OwnIce } from './ice/coturn.js';
import type { IceGrant, TurnState } from './ice/grant.js';
import { ManagedSource, PATIENCE_MS, type IceProblem, type ManagedDeps } from './ice/managed.js';
import { staticGrant, type StaticIce } from './ice/static.js';
import { twilioApi, type TwilioIce } from './ice/twilio.js';

export type { IceGrant, TurnState } from './ice/grant.js';
export type { IceProblem } from './ice/managed.js';

/** Which ICE servers people get. */
export type IceConfig = StaticIce | OwnIce | CloudflareIce | TwilioIce;

/** Where ICE servers come from: the one port of them. */
export interface IceSource {
  /** Is there a relay for those who cannot reach each other directly? What is known right now. */
  turn(): TurnState;
  /**
   * ICE servers for one person; fresh credentials each time. Takes 2 s at the longest, and never rejects.
   * @param person what names them to the TURN server: a keyed hash, so that its logs hold nobody's name
   * @param now ms since the epoch
   */
  serversFor(person: string, now: number): Promise<IceGrant>;
}

export interface IceSourceDeps {
  /** For managed services; the runtime's own unless given. */
  readonly fetch?: ManagedDeps['fetch'];
  /** ms since the epoch */
  readonly now?: () => number;
  /** Once for each time a managed service stops answering as it should. */
  readonly onProblem?: (problem: IceProblem) => void;
  /** How long somebody waits for credentials of a managed service, in ms. Default: 2 s. */
  readonly patienceMs?: number;
  /** What became of the TURN credentials, once for each grant. */
  readonly onResult?: (result: TurnState) => void;
}

/** The source that the configuration names. */
export function createIceSource(config: IceConfig, deps: IceSourceDeps = {}): IceSource {
  const source = createUncounted(config, deps);
  return {
    turn: () => source.turn(),
    serversFor: async (person, now) => {
      const grant = await source.serversFor(person, now);
      deps.onResult?.(grant.turn);
      return grant;
    },
  };
}

function createUncounted(config: IceConfig, deps: IceSourceDeps): IceSource {
  switch (config.source) {
    case 'static': {
      const grant = staticGrant(config);
      return { turn: () => grant.turn, serversFor: () => Promise.resolve(grant) };
    }
    case 'urls': {
      const turn = config.turnUrls.length > 0 && config.turnSecret !== null ? 'ok' : 'none';
      return { turn: () => turn, serversFor: (person, now) => ownGrant(config, person, now) };
    }
    case 'cloudflare':
    case 'twilio': {
      const api = config.source === 'cloudflare' ? cloudflareApi(config) : twilioApi(config);
      const source = new ManagedSource(api, config, {
        fetch: deps.fetch ?? ((url, init) => fetch(url, init)),
        now: deps.now ?? Date.now,
        onProblem: deps.onProblem ?? (() => undefined),
        patienceMs: deps.patienceMs ?? PATIENCE_MS,
      });
      return { turn: () => source.turn(), serversFor: () => source.grant() };
    }
  }
}
