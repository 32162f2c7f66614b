import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { nearestName } from '../../../shared/nearest-name.ts';
import type { ModelStore, StoredModel } from '../store/models.ts';

const shortestPrefix = 6;

/**
 * The present model that a name, a SHA-256 or a prefix of at least 6 digits means; a name goes before a prefix. Raises `not-found`
 * with the nearest name, or `invalid-input` for an ambiguous prefix.
 */
export function resolveReference(models: ModelStore, reference: string): StoredModel {
  const named = models.getByName(reference);
  if (named !== null) return named;
  const prefix = reference.toLowerCase();
  if (prefix.length >= shortestPrefix && /^[0-9a-f]{6,64}$/.test(prefix)) {
    const [first, ...others] = models.findByPrefix(prefix);
    if (others.length > 0) {
      const names = [first!, ...others].map(({ name }) => name).join(', ');
      throw new CrivoError('invalid-input', say('ambiguousPrefix', { reference, count: others.length + 1, names }));
    }
    const found = first === undefined ? null : models.get(first.sha256);
    if (found !== null) return found;
  }
  const near = nearestName(
    reference,
    models.list().map(({ name }) => name),
  );
  throw new CrivoError(
    'not-found',
    near === null ? say('noModelCalled', { reference }) : say('noModelButNear', { reference, near }),
  );
}
