import { StartupTimeouts } from '../../src/coordinator/StartupTimeouts';
import { SystemClock } from '../../src/time/SystemClock';
import { FakeNative } from '../time/FakeNative';

describe('The time limit of a startup', () => {
  const given = (): { native: FakeNative; timeouts: StartupTimeouts; over: string[]; named: typeof startup } => {
    const native = new FakeNative(1_000_000_000);
    const over: string[] = [];
    const startup = (name: string) => ({ timeOut: () => void over.push(name) });
    return { native, timeouts: new StartupTimeouts(new SystemClock(native)), over, named: startup };
  };

  it('is its own, whatever limits the others have', () => {
    const { native, timeouts, over, named } = given();
    const quick = named('quick');
    timeouts.limit(quick, 30_000);
    timeouts.limit(named('long'), 60_000);
    native.pass(10);
    timeouts.release(quick);
    timeouts.limit(named('short'), 5_000);
    native.pass(4_999);
    expect(over).toEqual([]);
    native.pass(1);
    expect(over).toEqual(['short']);
    native.pass(60_000 - 5_010 - 1);
    expect(over).toEqual(['short']);
    native.pass(1);
    expect(over).toEqual(['short', 'long']);
  });

  it('does not change when the wall clock is set back, before another begins or while they are in flight', () => {
    const { native, timeouts, over, named } = given();
    timeouts.limit(named('a'), 30_000);
    native.set(-3_600_000);
    timeouts.limit(named('b'), 20_000);
    native.pass(10_000);
    native.set(-3_600_000);
    native.pass(9_999);
    expect(over).toEqual([]);
    native.pass(1);
    expect(over).toEqual(['b']);
    native.pass(9_999);
    expect(over).toEqual(['b']);
    native.pass(1);
    expect(over).toEqual(['b', 'a']);
  });

  it('ends with the boot', () => {
    const { native, timeouts, over, named } = given();
    timeouts.limit(named('a'), 1_000);
    timeouts.end();
    native.pass(10_000);
    expect(over).toEqual([]);
  });
});
