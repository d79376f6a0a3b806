/** Values that code throws although they are no proper errors; each is made when it is thrown. */
export const ODD_VALUES: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => 42,
  () => '',
  () => 'a text',
  () => Symbol('odd'),
  () => 10n,
  () => () => undefined,
  () => Object.create(null) as unknown,
  () => ({ status: 503, headers: { authorization: 'Bearer abc' } }),
  () => Object.freeze(new Error('frozen')),
  () => new AggregateError([new Error('one'), 'two'], 'several'),
  () => Object.assign(new Error('circular'), circular()),
];

function circular(): { readonly cause: unknown } {
  const knot: { cause?: unknown } = {};
  knot.cause = knot;
  return { cause: knot };
}
