import type { VendorProbe } from './VendorProbe';
import type { DopplerSettings } from './VendorSettings';

/** Healthy when Doppler accepts the token. */
export const dopplerProbe = ({ token, baseUrl }: DopplerSettings): VendorProbe => ({
  name: 'doppler',
  baseUrl,
  needs: { 'heartbeat_probes.doppler.token': token },
  token,
  check: async (ask) => {
    await ask('/v3/me');
    return { status: 'healthy' };
  },
});
