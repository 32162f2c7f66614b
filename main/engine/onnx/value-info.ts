/** Names with types and shapes: a graph's inputs, outputs and inner tensors. */
import { create } from '@bufbuild/protobuf';
import type { Dimension, TensorInfo } from '../../../shared/model.ts';
import { ValueInfoProtoSchema } from './proto.ts';
import type { ValueInfoProto } from './proto.ts';
import { dataTypeNamed, elementTypeName } from './tensor.ts';

/** What a model declares of a tensor; sequences, maps and optionals come as type `unknown` without shape. */
export function tensorInfoOf(info: ValueInfoProto): TensorInfo {
  const type = info.type?.value;
  if (type?.case !== 'tensorType') return { name: info.name, elementType: 'unknown', shape: null };
  const dims = type.value.shape?.dim;
  return {
    name: info.name,
    elementType: elementTypeName(type.value.elemType),
    shape:
      dims === undefined
        ? null
        : dims.map(({ value }): Dimension => {
            if (value.case === 'dimValue') return value.value < 0n ? null : Number(value.value);
            return value.case === 'dimParam' && value.value !== '' ? value.value : null;
          }),
  };
}

/** The declaration of a tensor; without a shape where the rank is unknown. */
export function valueInfoOf({ name, elementType, shape }: TensorInfo): ValueInfoProto {
  const dim = shape?.map((size) => ({ value: dimensionValue(size) }));
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: { elemType: dataTypeNamed(elementType), ...(dim === undefined ? {} : { shape: { dim } }) },
      },
    },
  });
}

function dimensionValue(size: Dimension) {
  if (typeof size === 'number') return { case: 'dimValue' as const, value: BigInt(size) };
  return typeof size === 'string' ? { case: 'dimParam' as const, value: size } : { case: undefined };
}
