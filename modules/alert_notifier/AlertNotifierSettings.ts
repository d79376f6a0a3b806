import { IsIn, IsInt, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Settings } from 'daemonry';

/** Settings of the notifications, under `alert_notifier`. How often is `listeners.alert_notifier.interval`. */
@Settings('alert_notifier')
export class AlertNotifierSettings {
  /** `immediate` announces each alert; `digest` announces critical ones, and collects the others for one message a day. */
  @IsIn(['immediate', 'digest'])
  readonly mode: 'immediate' | 'digest' = 'immediate';

  /** After an announcement other alerts of its category wait for so long; 0 = they do not. */
  @IsDuration({ min: 0, max: '7d' })
  readonly cooldown: Duration = '30m';

  /** More new alerts than this are announced in one summary. */
  @IsInt()
  @Min(1)
  @Max(100)
  readonly burstThreshold: number = 5;
}
