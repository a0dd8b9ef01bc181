// Who calls when. In turns, so that whatever else the machine does falls on all alike; and in an order that changes from round to
// round, so that nobody always comes first, or always after the same one.

/** Every order there is, each next to its mirror image: after any even number of rounds the sums are fair. */
function permutations([first, ...rest]) {
  if (first === undefined) return [[]];
  return permutations(rest).flatMap((order) =>
    Array.from({ length: rest.length + 1 }, (_, at) => [...order.slice(0, at), first, ...order.slice(at)]),
  );
}

export function turns(contenders, rounds) {
  const orders = permutations(contenders).flatMap((order, _, all) =>
    all.length > 1 && order.indexOf(contenders[0]) > order.indexOf(contenders[1])
      ? []
      : [order, order.toReversed?.() ?? [...order].reverse()],
  );
  return Array.from({ length: rounds }, (_, round) => orders[round % orders.length]).flat();
}
