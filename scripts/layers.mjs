// Which folder may import which. One row per folder: `files` it concerns, `except` those that have a row of their own,
// `values` that may be imported freely, `types` that may be imported as types only. All else is an error.

const PROTOCOL = '@p2p-call/protocol$';
const LIT = '(lit|@lit/context|@lit/reactive-element)($|/)';
/** A file of the same folder. */
const HERE = '\\./';
const widget = 'packages/widget/src';
const service = 'packages/signal-worker/src';

/** The words everybody shares: errors, settings and snapshots. */
const VOCABULARY = '(\\./|(\\.\\./)+)core/(errors|settings|snapshot)\\.js$';
const CORE = '(\\./|(\\.\\./)+)core/';
const SESSION = '(\\./|(\\.\\./)+)session/';
const SESSION_API = `${SESSION}api\\.js$`;

export const LAYERS = [
  {
    name: 'protocol',
    files: ['packages/protocol/src/**/*.ts'],
    values: [HERE],
    isPure: true,
  },
  {
    name: 'widget/core',
    files: [`${widget}/core/**/*.ts`],
    // The protocol is pure too, and its limits are the core's.
    values: [HERE, PROTOCOL],
    isPure: true,
  },
  {
    name: 'widget/session',
    files: [`${widget}/session/**/*.ts`],
    values: [HERE, CORE, '\\.\\./telemetry/', PROTOCOL],
  },
  {
    name: 'widget/platform',
    files: [`${widget}/platform/**/*.ts`],
    values: [HERE, `${CORE}errors\\.js$`, PROTOCOL],
    types: [`${SESSION}ports\\.js$`, CORE],
  },
  {
    name: 'widget/telemetry',
    files: [`${widget}/telemetry/**/*.ts`],
    values: [HERE],
    types: [CORE, SESSION_API],
  },
  {
    name: 'widget/i18n',
    files: [`${widget}/i18n/**/*.ts`],
    values: [HERE],
    types: [VOCABULARY],
  },
  {
    name: 'widget/context',
    files: [`${widget}/context/**/*.ts`],
    values: [HERE, LIT, '\\.\\./i18n/', VOCABULARY],
    types: [CORE, SESSION],
  },
  {
    name: 'widget/elements',
    files: [`${widget}/elements/**/*.ts`],
    except: [`${widget}/elements/p2p-call.ts`],
    values: [HERE, LIT, '\\.\\./(context|i18n)/', '\\.\\./events\\.js$', VOCABULARY],
    types: [CORE, SESSION_API],
  },
  {
    name: 'widget/elements/p2p-call.ts, which alone builds the session',
    files: [`${widget}/elements/p2p-call.ts`],
    values: [HERE, LIT, '\\.\\./(context|i18n)/', '\\.\\./(events|create-browser-session)\\.js$', VOCABULARY],
    types: [SESSION_API],
  },
  {
    name: 'widget/create-browser-session.ts, where the parts are put together',
    files: [`${widget}/create-browser-session.ts`],
    values: ['\\./(core|session|platform|telemetry)/'],
  },
  {
    name: 'widget, its entries',
    files: [`${widget}/*.ts`],
    except: [`${widget}/create-browser-session.ts`],
    values: ['\\./[a-z0-9-]+\\.js$', '\\./(elements|context|i18n)/', VOCABULARY],
    types: [CORE, SESSION_API],
    never: ['\\./create-browser-session\\.js$'],
  },
  {
    name: 'signal-worker/room',
    files: [`${service}/room/**/*.ts`],
    values: [HERE, PROTOCOL],
    isPure: true,
  },
  {
    // A library for others: its build holds all that it needs.
    name: 'signal-worker/token',
    files: [`${service}/token/**/*.ts`],
    values: [HERE, PROTOCOL],
  },
  {
    name: 'signal-worker, what runs on every host',
    files: [`${service}/**/*.ts`],
    except: ['room', 'token', 'hosts']
      .map((folder) => `${service}/${folder}/**/*.ts`)
      .concat(`${service}/index.ts`),
    values: ['\\.{1,2}/(?!.*\\b(room|hosts)/)', PROTOCOL, 'hono($|/)', 'jose$'],
    types: ['(\\./|(\\.\\./)+)room/'],
  },
  ...['node', 'redis', 'worker'].map((host, _, hosts) => ({
    name: `signal-worker/hosts/${host}`,
    files: [`${service}/hosts/${host}/**/*.ts`],
    values: ['.'],
    never: hosts.filter((other) => other !== host).map((other) => `(\\.\\./|hosts/)${other}/`),
  })),
];

/** Tests and their helpers stand outside the layers. */
export const TESTS = [
  '**/*.test.ts',
  '**/*.spec.ts',
  '**/testing/**',
  '**/e2e/**',
  '**/test/**',
  '**/fixtures.ts',
];
