import { naught, token, name, reason, trace, relayed } from './fields.js';
import { fields, flag, labels, list, optional, real, text } from './shapes.js';
import * as LIMITS from './limits.js';

const metric = fields({
  name: text(64),
  value: real,
  labels: optional(labels(text(32), text(64), LIMITS.labelsPerMetric)),
});

/** Everything a client says. */
export const clientMessages = {
  hello: fields({
    token: optional(token),
    ticket: optional(token),
    seen: optional(naught),
    join: optional(flag),
    quiet: optional(flag),
    trace: optional(trace),
    /** Shown where the token names nobody; the service makes it fit to be shown. */
    name: optional(name),
  }),
  join: fields({ quiet: optional(flag) }),
  offer: fields(relayed.offer),
  answer: fields(relayed.answer),
  candidate: fields(relayed.candidate),
  state: fields(relayed.state),
  recover: fields(relayed.recover),
  probe: fields(relayed.probe),
  'probe-ack': fields(relayed['probe-ack']),
  ice: fields({}),
  report: fields({ metrics: list(metric, LIMITS.reportMetrics) }),
  leave: fields({ reason: optional(reason) }),
} as const;
