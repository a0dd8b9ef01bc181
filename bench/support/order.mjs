// Who calls when. In turns, so that whatever else the machine does falls on all alike; and in an order that changes from round to
// round, so that nobody always comes first, or always after the same one.

/** Every order there is. */
function permutations([first, ...rest]) {
  if (first === undefined) return [[]];
  return permutations(rest).flatMap((order) =>
    Array.from({ length: rest.length + 1 }, (_, at) => [...order.slice(0, at), first, ...order.slice(at)]),
  );
}

/** Each order is followed by its mirror image: over two rounds everybody has the same place on average. */
export function turns(contenders, rounds) {
  const [one, two] = contenders;
  const orders = permutations(contenders)
    .filter((order) => two === undefined || order.indexOf(one) < order.indexOf(two))
    .flatMap((order) => [order, [...order].reverse()]);
  return Array.from({ length: rounds }, (_, round) => orders[round % orders.length]).flat();
}
