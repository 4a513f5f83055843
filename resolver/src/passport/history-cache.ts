/** A map bounded by the weight of what it holds, which forgets what was used longest ago. A single value that is heavier than that is not kept. */
export class WeightedMap<K, V> {
  private readonly entries = new Map<K, { readonly value: V; readonly weight: number }>();
  private readonly limit: number;
  private weight = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get(key: K): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  set(key: K, value: V, weight: number): V {
    this.remove(key);
    if (weight > this.limit) return value;
    this.entries.set(key, { value, weight });
    this.weight += weight;
    while (this.weight > this.limit) {
      const [oldest] = this.entries.keys();
      this.remove(oldest as K);
    }
    return value;
  }

  private remove(key: K): void {
    this.weight -= this.entries.get(key)?.weight ?? 0;
    this.entries.delete(key);
  }
}
