import { compareWithOracle } from '../scheduling/zoneOracle';

it('Cron keeps its rules at every change of the clocks, in every time zone, from 2024 to 2027', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const { compared, different } = compareWithOracle(zones, '2024-01-01T00:00Z', '2028-01-01T00:00Z');
  expect(different).toEqual([]);
  expect(compared).toBeGreaterThan(10_000);
}, 300_000);
