import { createTestApplication } from 'daemonry/testing';

// region settings
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { BackgroundDaemon, type Duration, IsDuration, Nested, Secret, Settings } from 'daemonry';

class Retry {
  /** How often a call is made again. */
  @IsInt()
  @Min(0)
  @Max(5)
  readonly limit: number = 2;

  /** How long to wait before that. */
  @IsDuration({ max: '1m' })
  readonly pause: Duration = '1s';
}

@Settings('shop_api')
class ShopApiSettings {
  /** The token. Default: none, which reads public orders only. */
  @Secret()
  @IsOptional()
  @IsString()
  readonly token?: string;

  /** The shop, as its address names it. */
  @IsString()
  @Length(1, 50)
  readonly shop!: string;

  /** Which states of an order are read. */
  @IsArray()
  @ArrayMaxSize(10)
  @IsString({ each: true })
  readonly states: readonly string[] = ['open'];

  /** What happens to a call that fails. */
  @Nested(() => Retry)
  readonly retry: Retry = new Retry();
}

@BackgroundDaemon({ interval: '5m' })
class ShopApi {
  constructor(readonly settings: ShopApiSettings) {}

  tick(): void {}
}
// endregion settings

describe('settings', () => {
  it('are injected: the defaults, and over them what is configured', async () => {
    // region configured
    const app = await createTestApplication({
      listeners: [ShopApi],
      config: { values: { shop_api: { shop: 'books', retry: { limit: 3 } } } },
    });
    expect(app.container.get(ShopApi).settings).toEqual({
      shop: 'books',
      states: ['open'],
      retry: { limit: 3, pause: '1s' },
    });
    // endregion configured
    await app.stop();
  });

  it('are refused as a whole when something does not fit', async () => {
    const planned = createTestApplication({
      listeners: [ShopApi],
      config: { values: { shop_api: { retry: { limit: 9 } } } },
    });

    await expect(planned).rejects.toThrow('"shop_api.shop" is not configured');
    await expect(planned).rejects.toThrow('"shop_api.retry.limit" is not valid: limit must not be greater than 5');
  });
});
