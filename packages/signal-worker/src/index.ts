/** The signaling service of <p2p-call>, to be run inside a Node program of one's own. */
export { startService, type RunningService, type ServiceOptions } from './hosts/node/service.js';
export { loadConfig } from './hosts/node/load-config.js';
export { createLogger, type Logger, type LogFields } from './hosts/node/logger.js';
export { ListenError } from './hosts/node/listen.js';
export { createApp, type App, type AppDeps } from './app.js';
export { mintToken, type JoinTokenRequest } from './auth/mint.js';
export type { Config, ConfigResult, Environment, LogLevel, ServiceLimits } from './config.js';
export { VERSION } from './version.js';
