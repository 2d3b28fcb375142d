import { amounts, inRegistry, placementOf, type LabProps } from '../../constructs';
import type { LoadPods } from '../load';

/** The pods of a load in a cluster, from the settings of the system that they load. */
export function loadPodsOf(lab: LabProps): LoadPods {
  const { commonLabels, commonAnnotations, podAnnotations, imageRegistry } = lab;
  const { generator, collector } = lab.load;
  const image = (name: string) => inRegistry(imageRegistry, name);
  return {
    generator: { image: image(generator.image), resources: amounts(generator) },
    collector: { image: image(collector.image), resources: amounts(collector) },
    ...(generator.starterImage !== '' && { starterImage: image(generator.starterImage) }),
    placement: placementOf(lab),
    labels: commonLabels,
    annotations: { object: commonAnnotations, pod: podAnnotations },
  };
}
