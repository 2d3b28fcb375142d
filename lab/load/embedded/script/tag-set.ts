import { GoError } from '../modules/go-error';
import type { Tags } from '../vu';

/** Bounds what scripts with ever new URLs or tags make the cache hold. */
const MAX_DERIVED = 4096;

/**
 * An immutable set of tags that remembers the sets derived from it, so that equal tags are one object:
 * a request costs no garbage for its tags, and sinks may compare by identity.
 */
export class TagSet {
  private readonly derived = new Map<string, TagSet>();

  constructor(readonly tags: Tags) {}

  /** The set derived under this key before, if any. */
  find(key: string): TagSet | undefined {
    return this.derived.get(key);
  }

  /** Derives a set that has these tags in addition. */
  add(key: string, more: Tags): TagSet {
    if (this.derived.size >= MAX_DERIVED) this.derived.clear();
    const set = new TagSet({ ...this.tags, ...more });
    this.derived.set(key, set);
    return set;
  }

  with(name: string, value: string): TagSet {
    const key = `${name}=${value}`;
    return this.find(key) ?? this.add(key, { [name]: value });
  }

  withAll(tags: Tags): TagSet {
    return Object.entries(tags).reduce<TagSet>((set, [name, value]) => set.with(name, value), this);
  }
}

/** The script's tags as strings. @throws GoError for a value that k6 does not take as a tag. */
export function toTags(value: unknown): Tags {
  const tags: Tags = {};
  for (const [name, tag] of Object.entries(value ?? {})) {
    if (!['string', 'number', 'boolean'].includes(typeof tag)) {
      throw new GoError(
        `invalid value for metric tag '${name}': only String, Boolean and Number types are accepted as a metric tag values`,
      );
    }
    tags[name] = String(tag);
  }
  return tags;
}
