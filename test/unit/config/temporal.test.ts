import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ConfigError } from '../../../src/config/config-error.ts';
import { temporalSettings } from '../../../src/config/temporal.ts';

/** No `temporal.toml` of the machine takes part. */
const NO_FILE = { HOME: '/nowhere', XDG_CONFIG_HOME: '/nowhere' };

describe('temporalSettings', () => {
  it('follow the standard variables', () => {
    const settings = temporalSettings({
      ...NO_FILE,
      TEMPORAL_ADDRESS: 'temporal.example.com:7233',
      TEMPORAL_NAMESPACE: 'archive',
    });

    assert.equal(settings.address, 'temporal.example.com:7233');
    assert.equal(settings.namespace, 'archive');
  });

  it('are those of a local server without any', () => {
    const settings = temporalSettings(NO_FILE);

    assert.deepEqual([settings.address, settings.namespace], ['localhost:7233', 'default']);
  });

  it('end as a configuration error when a named profile does not exist', () => {
    assert.throws(() => temporalSettings({ ...NO_FILE, TEMPORAL_PROFILE: 'nowhere' }), ConfigError);
  });
});
