/**
 * `healthy`: the expected answer, in time · `degraded`: the expected answer, but slow · `unhealthy`: another answer, or
 * the connection was refused · `unknown`: no answer, so that nothing can be said.
 */
export type ProbeStatus = 'healthy' | 'degraded' | 'unhealthy' | 'unknown';

/** What the last probe of an endpoint found. Plain JSON. */
export interface ProbeSnapshot {
  readonly name: string;
  readonly status: ProbeStatus;
  /** Without credentials and query values. */
  readonly url: string;
  /** ISO text: when the probe ended. */
  readonly checkedAt: string;
  /** From the request to the head of the answer; absent when there was no answer. */
  readonly latencyMs?: number;
  readonly httpStatus?: number;
  /** Why it is not healthy; holds no credentials. */
  readonly error?: string;
}
