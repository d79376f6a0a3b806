import { IsInt, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Settings } from 'daemonry';

/** Settings of the audit log, under `audit_log`. Its folder is `audit` in `data.directory`. */
@Settings('audit_log')
export class AuditLogSettings {
  /** A segment that has grown to so many bytes is followed by a new one. */
  @IsInt()
  @Min(4_096)
  @Max(1_073_741_824)
  readonly segmentBytes: number = 16_777_216;

  /** So many segments are kept, the one being written included; the oldest are removed. */
  @IsInt()
  @Min(2)
  @Max(10_000)
  readonly keepSegments: number = 32;

  /** Segments whose events are all older are removed. */
  @IsDuration({ min: '1h', max: '3650d' })
  readonly keepFor: Duration = '180d';
}
