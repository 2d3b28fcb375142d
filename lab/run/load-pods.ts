import { amounts, placementOf, referenceOf, type LabProps } from '../../constructs';
import type { LoadPods } from '../load';

/** The pods of a load in a cluster, from the settings of the system that they load. */
export function loadPodsOf(lab: LabProps): LoadPods {
  const { commonLabels, commonAnnotations, podAnnotations, priorityClassName } = lab;
  const { generator, collector } = lab.load;
  const imageOf = (image: typeof generator.image) => ({
    image: referenceOf(image, lab),
    imagePullPolicy: image.pullPolicy,
  });
  const { starterImage } = generator;
  return {
    generator: { ...imageOf(generator.image), resources: amounts(generator) },
    collector: { ...imageOf(collector.image), resources: amounts(collector) },
    ...(starterImage.repository !== '' && { starter: imageOf(starterImage) }),
    ...(priorityClassName !== '' && { priorityClassName }),
    placement: placementOf(lab),
    labels: commonLabels,
    annotations: { object: commonAnnotations, pod: podAnnotations },
  };
}
