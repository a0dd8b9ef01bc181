// Every socket is an open file, here and in the server; systems allow few of them unless told otherwise.

/** Besides the sockets: libraries, pipes, the event loop. */
const SPARE = 200;

/** @returns what to do so that this process may have so many sockets, or `null`: it may */
export function tooFewOpenFiles(sockets) {
  const limits = process.report?.getReport().userLimits?.open_files;
  const allowed = limits === undefined || limits.soft === 'unlimited' ? Infinity : Number(limits.soft);
  if (allowed >= sockets + SPARE) return null;
  return `${sockets} sockets need as many open files, and this system allows ${allowed}: run "ulimit -n ${sockets + SPARE}" first, or measure less with --sockets, --crowd or --no-scale.`;
}
