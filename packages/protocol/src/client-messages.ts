import * as v from 'valibot';
import { naught, line, token, name, reason, trace, relayed } from './fields.js';
import { LIMITS } from './limits.js';

const metric = v.object({
  name: line(64),
  value: v.pipe(v.number(), v.finite()),
  labels: v.optional(v.pipe(v.record(line(32), line(64)), v.maxEntries(LIMITS.labelsPerMetric))),
});

/** Everything a client says. */
export const clientMessage = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    token: v.optional(token),
    ticket: v.optional(token),
    seen: v.optional(naught),
    join: v.optional(v.boolean()),
    quiet: v.optional(v.boolean()),
    trace: v.optional(trace),
    /** Shown where the token names nobody; the service makes it fit to be shown. */
    name: v.optional(name),
  }),
  v.object({ type: v.literal('join'), quiet: v.optional(v.boolean()) }),
  v.object(relayed.offer),
  v.object(relayed.answer),
  v.object(relayed.candidate),
  v.object(relayed.state),
  v.object(relayed.recover),
  v.object(relayed.probe),
  v.object(relayed['probe-ack']),
  v.object({ type: v.literal('ice') }),
  v.object({
    type: v.literal('report'),
    metrics: v.pipe(v.array(metric), v.maxLength(LIMITS.reportMetrics)),
  }),
  v.object({ type: v.literal('leave'), reason: v.optional(reason) }),
]);
