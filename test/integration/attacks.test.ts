import { vi } from 'vitest';
import { attackBodies } from '../helpers/attacks/attack-bodies.ts';
import { attackForms } from '../helpers/attacks/attack-forms.ts';
import { attackHeaders } from '../helpers/attacks/attack-headers.ts';
import { attackLogs } from '../helpers/attacks/attack-logs.ts';
import { attackScopes } from '../helpers/attacks/attack-scopes.ts';

vi.setConfig({ testTimeout: 600_000 });

attackScopes();
attackForms();
attackBodies();
attackHeaders();
attackLogs();
