import { IsInt, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Settings } from 'daemonry';

/** Settings of the message log, under `message_log`. Its folder is `messages` in `data.directory`. */
@Settings('message_log')
export class MessageLogSettings {
  /** A segment that has grown to so many bytes is followed by a new one. */
  @IsInt()
  @Min(4_096)
  @Max(1_073_741_824)
  readonly segmentBytes: number = 16_777_216;

  /** So many segments are kept, the one being written included; the oldest are removed. */
  @IsInt()
  @Min(2)
  @Max(10_000)
  readonly keepSegments: number = 16;

  /** Segments whose messages are all older are removed. */
  @IsDuration({ min: '1h', max: '3650d' })
  readonly keepFor: Duration = '90d';
}
