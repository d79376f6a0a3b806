import { HOSTILE_VALUES } from '../../support/hostileValues';

/** Values that code throws although they are no proper errors; each is made when it is thrown. */
export const ODD_VALUES: readonly (() => unknown)[] = [
  () => 42,
  () => '',
  () => 'a text',
  () => ({ status: 503, headers: { authorization: 'Bearer abc' } }),
  () => Object.freeze(new Error('frozen')),
  () => new AggregateError([new Error('one'), 'two'], 'several'),
  ...Object.values(HOSTILE_VALUES),
];
