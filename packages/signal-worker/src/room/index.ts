export * from './state.js';
export * from './inputs.js';
export * from './effects.js';
export { step, type Step } from './step.js';
export { nextDeadline } from './deadlines.js';
