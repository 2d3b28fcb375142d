import { GoError } from '../modules/go-error';
import type { Tags } from '../vu';

/** Limits the cache for scripts that keep using new URLs or tags. */
const MAX_DERIVED = 4096;

/**
 * An immutable set of tags that caches the sets derived from it, so equal tags are one object. Requests then
 * create no garbage for their tags, and sinks can compare tags by identity.
 */
export class TagSet {
  private readonly derived = new Map<string, TagSet>();

  constructor(readonly tags: Tags) {}

  /** The set that was already derived with this key, if any. */
  find(key: string): TagSet | undefined {
    return this.derived.get(key);
  }

  /** Derives a set with these additional tags. */
  add(key: string, more: Tags): TagSet {
    const set = new TagSet({ ...this.tags, ...more });
    this.keep(key, set);
    return set;
  }

  private keep(key: string, set: TagSet): void {
    if (this.derived.size >= MAX_DERIVED) this.derived.clear();
    this.derived.set(key, set);
  }

  with(name: string, value: string): TagSet {
    const key = `${name}=${value}`;
    return this.find(key) ?? this.add(key, { [name]: value });
  }

  without(name: string): TagSet {
    if (!Object.hasOwn(this.tags, name)) return this;
    const key = `without ${name}`;
    const known = this.find(key);
    if (known) return known;
    const { [name]: _, ...rest } = this.tags;
    const set = new TagSet(rest);
    this.keep(key, set);
    return set;
  }

  withAll(tags: Tags): TagSet {
    return Object.entries(tags).reduce<TagSet>((set, [name, value]) => set.with(name, value), this);
  }
}

/** Converts the script's tags to strings. @throws GoError for a value that k6 does not accept as a tag. */
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
