;; Arithmetic over whole weights, four values at once. Made to bytes by make-kernels.ts; what each does to the bit is proven by the
;; tests of the passes that call it. Addresses are in bytes and all single precision, so results don't depend on the processor.
(module
  (memory (export "memory") 1)

  ;; How many values toFloat16 clamped, raised, and found to be NaN, a count a lane.
  (global $clamped (mut v128) (v128.const i32x4 0 0 0 0))
  (global $raised (mut v128) (v128.const i32x4 0 0 0 0))
  (global $notANumber (mut v128) (v128.const i32x4 0 0 0 0))

  ;; Four float32 as float16 bits in 32-bit lanes.
  (func $half (param $bits v128) (result v128)
    (local $size v128) (local $half v128) (local $mask v128)
    (local.set $size
      (v128.and (local.get $bits) (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff)))
    ;; Normal: the exponent moved, 13 bits rounded off, ties to even.
    (local.set $half
      (i32x4.shr_u
        (i32x4.add
          (i32x4.sub (local.get $size) (v128.const i32x4 0x37fff001 0x37fff001 0x37fff001 0x37fff001))
          (v128.and (i32x4.shr_u (local.get $size) (i32.const 13)) (v128.const i32x4 1 1 1 1)))
        (i32.const 13)))
    ;; Subnormal (below 2^-14): the steps of single precision around 0.5 are those of float16 here, so that adding it rounds.
    (local.set $half
      (v128.bitselect
        (i32x4.sub
          (f32x4.add (local.get $size) (v128.const f32x4 0.5 0.5 0.5 0.5))
          (v128.const i32x4 0x3f000000 0x3f000000 0x3f000000 0x3f000000))
        (local.get $half)
        (i32x4.lt_s (local.get $size) (v128.const i32x4 0x38800000 0x38800000 0x38800000 0x38800000))))
    ;; Below 2^-24 but not zero: raised.
    (local.set $mask
      (v128.and
        (i32x4.lt_s (local.get $size) (v128.const i32x4 0x33800000 0x33800000 0x33800000 0x33800000))
        (i32x4.gt_s (local.get $size) (v128.const i32x4 0 0 0 0))))
    (global.set $raised (i32x4.sub (global.get $raised) (local.get $mask)))
    (local.set $half (v128.bitselect (v128.const i32x4 1 1 1 1) (local.get $half) (local.get $mask)))
    ;; From 65520 on: clamped to 65504.
    (local.set $half
      (v128.bitselect
        (v128.const i32x4 0x7bff 0x7bff 0x7bff 0x7bff)
        (local.get $half)
        (i32x4.ge_s (local.get $size) (v128.const i32x4 0x477ff000 0x477ff000 0x477ff000 0x477ff000))))
    (local.set $mask
      (i32x4.gt_s (local.get $size) (v128.const i32x4 0x7f800000 0x7f800000 0x7f800000 0x7f800000)))
    (global.set $notANumber (i32x4.sub (global.get $notANumber) (local.get $mask)))
    (local.set $half
      (v128.bitselect (v128.const i32x4 0x7e00 0x7e00 0x7e00 0x7e00) (local.get $half) (local.get $mask)))
    ;; What lies beyond 65504 counts as clamped, even where it rounds to it.
    (global.set $clamped
      (i32x4.sub
        (global.get $clamped)
        (v128.andnot
          (i32x4.gt_s (local.get $size) (v128.const i32x4 0x477fe000 0x477fe000 0x477fe000 0x477fe000))
          (local.get $mask))))
    (v128.or
      (local.get $half)
      (v128.and
        (i32x4.shr_u (local.get $bits) (i32.const 16))
        (v128.const i32x4 0x8000 0x8000 0x8000 0x8000))))

  ;; `count` (a multiple of 8) float32 to float16; three times four counts of losses are written.
  (func (export "toFloat16") (param $from i32) (param $count i32) (param $to i32) (param $losses i32)
    (local $end i32)
    (global.set $clamped (v128.const i32x4 0 0 0 0))
    (global.set $raised (v128.const i32x4 0 0 0 0))
    (global.set $notANumber (v128.const i32x4 0 0 0 0))
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
        (v128.store
          (local.get $to)
          (i16x8.narrow_i32x4_u
            (call $half (v128.load (local.get $from)))
            (call $half (v128.load offset=16 (local.get $from)))))
        (local.set $from (i32.add (local.get $from) (i32.const 32)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br $next)))
    (v128.store (local.get $losses) (global.get $clamped))
    (v128.store offset=16 (local.get $losses) (global.get $raised))
    (v128.store offset=32 (local.get $losses) (global.get $notANumber)))

  ;; The largest of four integers.
  (func $largest (param $v v128) (result i32)
    (local.set $v
      (i32x4.max_s
        (local.get $v)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $v) (local.get $v))))
    (i32x4.extract_lane 0
      (i32x4.max_s
        (local.get $v)
        (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get $v) (local.get $v)))))

  ;; The smaller (larger) of two; the first where one is NaN.
  (func $smaller (param $a f32) (param $b f32) (result f32)
    (select (local.get $b) (local.get $a) (f32.lt (local.get $b) (local.get $a))))
  (func $larger (param $a f32) (param $b f32) (result f32)
    (select (local.get $b) (local.get $a) (f32.gt (local.get $b) (local.get $a))))

  ;; Widens the `lows` and `highs` of so many channels by `inner` values each. The bits of the largest magnitude come back: from
  ;; 0x7f800000 on there is an infinity or NaN, which comparisons pass over.
  (func (export "extremes")
    (param $from i32) (param $channels i32) (param $inner i32) (param $lows i32) (param $highs i32) (result i32)
    (local $end i32) (local $whole i32)
    (local $low v128) (local $high v128) (local $low2 v128) (local $high2 v128) (local $v v128) (local $w v128)
    (local $most v128) (local $bits v128) (local $one f32) (local $least f32) (local $greatest f32)
    (local.set $bits (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff))
    (block $done
      (loop $channel
        (br_if $done (i32.eqz (local.get $channels)))
        (local.set $low (v128.load32_splat (local.get $lows)))
        (local.set $high (v128.load32_splat (local.get $highs)))
        (local.set $low2 (local.get $low))
        (local.set $high2 (local.get $high))
        (local.set $end (i32.add (local.get $from) (i32.shl (local.get $inner) (i32.const 2))))
        (local.set $whole
          (i32.add
            (local.get $from)
            (i32.shl (i32.and (local.get $inner) (i32.const -8)) (i32.const 2))))
        (block $rest
          (loop $eight
            (br_if $rest (i32.ge_u (local.get $from) (local.get $whole)))
            (local.set $v (v128.load (local.get $from)))
            (local.set $w (v128.load offset=16 (local.get $from)))
            (local.set $low (f32x4.pmin (local.get $low) (local.get $v)))
            (local.set $high (f32x4.pmax (local.get $high) (local.get $v)))
            (local.set $low2 (f32x4.pmin (local.get $low2) (local.get $w)))
            (local.set $high2 (f32x4.pmax (local.get $high2) (local.get $w)))
            (local.set $most
              (i32x4.max_s
                (local.get $most)
                (i32x4.max_s
                  (v128.and (local.get $v) (local.get $bits))
                  (v128.and (local.get $w) (local.get $bits)))))
            (local.set $from (i32.add (local.get $from) (i32.const 32)))
            (br $eight)))
        (local.set $low (f32x4.pmin (local.get $low) (local.get $low2)))
        (local.set $high (f32x4.pmax (local.get $high) (local.get $high2)))
        (local.set $least
          (call $smaller
            (call $smaller (f32x4.extract_lane 0 (local.get $low)) (f32x4.extract_lane 1 (local.get $low)))
            (call $smaller (f32x4.extract_lane 2 (local.get $low)) (f32x4.extract_lane 3 (local.get $low)))))
        (local.set $greatest
          (call $larger
            (call $larger (f32x4.extract_lane 0 (local.get $high)) (f32x4.extract_lane 1 (local.get $high)))
            (call $larger (f32x4.extract_lane 2 (local.get $high)) (f32x4.extract_lane 3 (local.get $high)))))
        (block $ended
          (loop $single
            (br_if $ended (i32.ge_u (local.get $from) (local.get $end)))
            (local.set $one (f32.load (local.get $from)))
            (local.set $least (call $smaller (local.get $least) (local.get $one)))
            (local.set $greatest (call $larger (local.get $greatest) (local.get $one)))
            (local.set $most
              (i32x4.max_s (local.get $most) (v128.and (f32x4.splat (local.get $one)) (local.get $bits))))
            (local.set $from (i32.add (local.get $from) (i32.const 4)))
            (br $single)))
        (f32.store (local.get $lows) (local.get $least))
        (f32.store (local.get $highs) (local.get $greatest))
        (local.set $lows (i32.add (local.get $lows) (i32.const 4)))
        (local.set $highs (i32.add (local.get $highs) (i32.const 4)))
        (local.set $channels (i32.sub (local.get $channels) (i32.const 1)))
        (br $channel)))
    (call $largest (local.get $most)))

  ;; The same for channels that are columns: `rows` rows of `columns` (a multiple of 4) values.
  (func (export "columnExtremes")
    (param $from i32) (param $rows i32) (param $columns i32) (param $lows i32) (param $highs i32) (result i32)
    (local $end i32) (local $low i32) (local $high i32) (local $v v128) (local $most v128) (local $bits v128)
    (local.set $bits (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff))
    (block $done
      (loop $row
        (br_if $done (i32.eqz (local.get $rows)))
        (local.set $low (local.get $lows))
        (local.set $high (local.get $highs))
        (local.set $end (i32.add (local.get $from) (i32.shl (local.get $columns) (i32.const 2))))
        (block $ended
          (loop $four
            (br_if $ended (i32.ge_u (local.get $from) (local.get $end)))
            (local.set $v (v128.load (local.get $from)))
            (v128.store (local.get $low) (f32x4.pmin (v128.load (local.get $low)) (local.get $v)))
            (v128.store (local.get $high) (f32x4.pmax (v128.load (local.get $high)) (local.get $v)))
            (local.set $most (i32x4.max_s (local.get $most) (v128.and (local.get $v) (local.get $bits))))
            (local.set $from (i32.add (local.get $from) (i32.const 16)))
            (local.set $low (i32.add (local.get $low) (i32.const 16)))
            (local.set $high (i32.add (local.get $high) (i32.const 16)))
            (br $four)))
        (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
        (br $row)))
    (call $largest (local.get $most)))

  (func $integers (param $values v128) (param $scale v128) (param $zero v128) (result v128)
    (i32x4.trunc_sat_f32x4_s
      (f32x4.add (f32x4.nearest (f32x4.div (local.get $values) (local.get $scale))) (local.get $zero))))

  ;; round(x / scale) + zero as 8-bit integers, clipped, of so many channels of `inner` values each; zeros are float32.
  (func (export "quantize")
    (param $from i32) (param $channels i32) (param $inner i32) (param $scales i32) (param $zeros i32) (param $to i32)
    (param $signed i32)
    (local $end i32) (local $whole i32) (local $scale v128) (local $zero v128) (local $first v128) (local $second v128)
    (local $least i32) (local $greatest i32) (local $integer i32)
    (local.set $least (select (i32.const -128) (i32.const 0) (local.get $signed)))
    (local.set $greatest (select (i32.const 127) (i32.const 255) (local.get $signed)))
    (block $done
      (loop $channel
        (br_if $done (i32.eqz (local.get $channels)))
        (local.set $scale (v128.load32_splat (local.get $scales)))
        (local.set $zero (v128.load32_splat (local.get $zeros)))
        (local.set $end (i32.add (local.get $from) (i32.shl (local.get $inner) (i32.const 2))))
        (local.set $whole
          (i32.add
            (local.get $from)
            (i32.shl (i32.and (local.get $inner) (i32.const -16)) (i32.const 2))))
        (block $rest
          (loop $sixteen
            (br_if $rest (i32.ge_u (local.get $from) (local.get $whole)))
            (local.set $first
              (i16x8.narrow_i32x4_s
                (call $integers (v128.load (local.get $from)) (local.get $scale) (local.get $zero))
                (call $integers (v128.load offset=16 (local.get $from)) (local.get $scale) (local.get $zero))))
            (local.set $second
              (i16x8.narrow_i32x4_s
                (call $integers (v128.load offset=32 (local.get $from)) (local.get $scale) (local.get $zero))
                (call $integers (v128.load offset=48 (local.get $from)) (local.get $scale) (local.get $zero))))
            (if (local.get $signed)
              (then
                (v128.store
                  (local.get $to)
                  (i8x16.narrow_i16x8_s (local.get $first) (local.get $second))))
              (else
                (v128.store
                  (local.get $to)
                  (i8x16.narrow_i16x8_u (local.get $first) (local.get $second)))))
            (local.set $from (i32.add (local.get $from) (i32.const 64)))
            (local.set $to (i32.add (local.get $to) (i32.const 16)))
            (br $sixteen)))
        (block $ended
          (loop $single
            (br_if $ended (i32.ge_u (local.get $from) (local.get $end)))
            (local.set $integer
              (i32.trunc_sat_f32_s
                (f32.add
                  (f32.nearest (f32.div (f32.load (local.get $from)) (f32.load (local.get $scales))))
                  (f32.load (local.get $zeros)))))
            (local.set $integer
              (select (local.get $least) (local.get $integer) (i32.lt_s (local.get $integer) (local.get $least))))
            (i32.store8
              (local.get $to)
              (select
                (local.get $greatest)
                (local.get $integer)
                (i32.gt_s (local.get $integer) (local.get $greatest))))
            (local.set $from (i32.add (local.get $from) (i32.const 4)))
            (local.set $to (i32.add (local.get $to) (i32.const 1)))
            (br $single)))
        (local.set $scales (i32.add (local.get $scales) (i32.const 4)))
        (local.set $zeros (i32.add (local.get $zeros) (i32.const 4)))
        (local.set $channels (i32.sub (local.get $channels) (i32.const 1)))
        (br $channel))))

  ;; The same for channels that are columns: `rows` rows of `columns` (a multiple of 16) values.
  (func (export "quantizeColumns")
    (param $from i32) (param $rows i32) (param $columns i32) (param $scales i32) (param $zeros i32) (param $to i32)
    (param $signed i32)
    (local $end i32) (local $scale i32) (local $zero i32) (local $first v128) (local $second v128)
    (block $done
      (loop $row
        (br_if $done (i32.eqz (local.get $rows)))
        (local.set $scale (local.get $scales))
        (local.set $zero (local.get $zeros))
        (local.set $end (i32.add (local.get $from) (i32.shl (local.get $columns) (i32.const 2))))
        (block $ended
          (loop $sixteen
            (br_if $ended (i32.ge_u (local.get $from) (local.get $end)))
            (local.set $first
              (i16x8.narrow_i32x4_s
                (call $integers
                  (v128.load (local.get $from))
                  (v128.load (local.get $scale))
                  (v128.load (local.get $zero)))
                (call $integers
                  (v128.load offset=16 (local.get $from))
                  (v128.load offset=16 (local.get $scale))
                  (v128.load offset=16 (local.get $zero)))))
            (local.set $second
              (i16x8.narrow_i32x4_s
                (call $integers
                  (v128.load offset=32 (local.get $from))
                  (v128.load offset=32 (local.get $scale))
                  (v128.load offset=32 (local.get $zero)))
                (call $integers
                  (v128.load offset=48 (local.get $from))
                  (v128.load offset=48 (local.get $scale))
                  (v128.load offset=48 (local.get $zero)))))
            (v128.store
              (local.get $to)
              (if (result v128)
                (local.get $signed)
                (then (i8x16.narrow_i16x8_s (local.get $first) (local.get $second)))
                (else (i8x16.narrow_i16x8_u (local.get $first) (local.get $second)))))
            (local.set $from (i32.add (local.get $from) (i32.const 64)))
            (local.set $scale (i32.add (local.get $scale) (i32.const 64)))
            (local.set $zero (i32.add (local.get $zero) (i32.const 64)))
            (local.set $to (i32.add (local.get $to) (i32.const 16)))
            (br $sixteen)))
        (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
        (br $row))))

  ;; floor(x + 0.5) as if computed without rounding, cut to 0..most.
  (func $code (param $x v128) (param $most v128) (result v128)
    (local $floor v128)
    (local.set $floor (f32x4.floor (local.get $x)))
    (i32x4.min_s
      (local.get $most)
      (i32x4.max_s
        (v128.const i32x4 0 0 0 0)
        (i32x4.sub
          (i32x4.trunc_sat_f32x4_s (local.get $floor))
          (f32x4.ge
            (f32x4.sub (local.get $x) (local.get $floor))
            (v128.const f32x4 0.5 0.5 0.5 0.5))))))

  ;; One block of each column of a tile: `rows` rows, `stride` bytes apart, of `columns` (a multiple of 4) values. Writes scales
  ;; (float32), zero points (int32) and codes of 4 or 8 bits, `blockBytes` a column. The bits of the largest magnitude come back.
  (func (export "blocks")
    (param $tile i32) (param $rows i32) (param $stride i32) (param $columns i32) (param $bits i32) (param $symmetric i32)
    (param $packed i32) (param $blockBytes i32) (param $scales i32) (param $zeros i32) (result i32)
    (local $k i32) (local $at i32) (local $to i32) (local $shift i32)
    (local $v v128) (local $low v128) (local $high v128) (local $magnitudes v128) (local $scale v128)
    (local $inverse v128) (local $zero v128) (local $most v128) (local $mostFloat v128) (local $word v128)
    (local $signBits v128)
    (local.set $signBits (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff))
    (local.set $most
      (i32x4.splat (i32.sub (i32.shl (i32.const 1) (local.get $bits)) (i32.const 1))))
    (local.set $mostFloat (f32x4.convert_i32x4_s (local.get $most)))
    (block $done
      (loop $four
        (br_if $done (i32.eqz (local.get $columns)))
        (local.set $at (local.get $tile))
        (local.set $low (v128.load (local.get $at)))
        (local.set $high (local.get $low))
        (local.set $k (i32.const 0))
        (loop $row
          (local.set $v (v128.load (local.get $at)))
          (local.set $low (f32x4.pmin (local.get $low) (local.get $v)))
          (local.set $high (f32x4.pmax (local.get $high) (local.get $v)))
          (local.set $magnitudes
            (i32x4.max_s (local.get $magnitudes) (v128.and (local.get $v) (local.get $signBits))))
          (local.set $at (i32.add (local.get $at) (local.get $stride)))
          (local.set $k (i32.add (local.get $k) (i32.const 1)))
          (br_if $row (i32.lt_u (local.get $k) (local.get $rows))))
        (if (local.get $symmetric)
          (then
            (local.set $zero
              (f32x4.splat
                (f32.convert_i32_s (i32.shl (i32.const 1) (i32.sub (local.get $bits) (i32.const 1))))))
            (local.set $scale
              (f32x4.div
                (v128.bitselect
                  (local.get $high)
                  (local.get $low)
                  (f32x4.gt (f32x4.abs (local.get $high)) (f32x4.abs (local.get $low))))
                (f32x4.neg (local.get $zero)))))
          (else
            (local.set $low (f32x4.min (local.get $low) (v128.const f32x4 0 0 0 0)))
            (local.set $high (f32x4.max (local.get $high) (v128.const f32x4 0 0 0 0)))
            (local.set $scale
              (f32x4.div (f32x4.sub (local.get $high) (local.get $low)) (local.get $mostFloat)))
            (local.set $zero
              (f32x4.convert_i32x4_s
                (call $code
                  (v128.andnot
                    (f32x4.div (f32x4.neg (local.get $low)) (local.get $scale))
                    (f32x4.eq (local.get $scale) (v128.const f32x4 0 0 0 0)))
                  (local.get $most))))))
        (local.set $inverse
          (v128.andnot
            (f32x4.div (v128.const f32x4 1 1 1 1) (local.get $scale))
            (f32x4.eq (local.get $scale) (v128.const f32x4 0 0 0 0))))
        (v128.store (local.get $scales) (local.get $scale))
        (v128.store (local.get $zeros) (i32x4.trunc_sat_f32x4_s (local.get $zero)))
        (local.set $at (local.get $tile))
        (local.set $to (local.get $packed))
        (local.set $k (i32.const 0))
        (loop $nextWord
          (local.set $word (v128.const i32x4 0 0 0 0))
          (local.set $shift (i32.const 0))
          (loop $nextCode
            (local.set $word
              (v128.or
                (local.get $word)
                (i32x4.shl
                  (call $code
                    (f32x4.add
                      (f32x4.mul (v128.load (local.get $at)) (local.get $inverse))
                      (local.get $zero))
                    (local.get $most))
                  (local.get $shift))))
            (local.set $at (i32.add (local.get $at) (local.get $stride)))
            (local.set $k (i32.add (local.get $k) (i32.const 1)))
            (local.set $shift (i32.add (local.get $shift) (local.get $bits)))
            (br_if $nextCode
              (i32.and
                (i32.lt_u (local.get $shift) (i32.const 32))
                (i32.lt_u (local.get $k) (local.get $rows)))))
          ;; A half-filled byte is completed with the code of 0.
          (if (i32.and
                (i32.eq (local.get $bits) (i32.const 4))
                (i32.and (i32.eq (local.get $k) (local.get $rows)) (i32.and (local.get $rows) (i32.const 1))))
            (then
              (local.set $word
                (v128.or
                  (local.get $word)
                  (i32x4.shl (i32x4.trunc_sat_f32x4_s (local.get $zero)) (local.get $shift))))))
          (v128.store32_lane 0 (local.get $to) (local.get $word))
          (v128.store32_lane 1 (i32.add (local.get $to) (local.get $blockBytes)) (local.get $word))
          (v128.store32_lane 2
            (i32.add (local.get $to) (i32.shl (local.get $blockBytes) (i32.const 1)))
            (local.get $word))
          (v128.store32_lane 3
            (i32.add (local.get $to) (i32.mul (local.get $blockBytes) (i32.const 3)))
            (local.get $word))
          (local.set $to (i32.add (local.get $to) (i32.const 4)))
          (br_if $nextWord (i32.lt_u (local.get $k) (local.get $rows))))
        (local.set $tile (i32.add (local.get $tile) (i32.const 16)))
        (local.set $packed (i32.add (local.get $packed) (i32.shl (local.get $blockBytes) (i32.const 2))))
        (local.set $scales (i32.add (local.get $scales) (i32.const 16)))
        (local.set $zeros (i32.add (local.get $zeros) (i32.const 16)))
        (local.set $columns (i32.sub (local.get $columns) (i32.const 4)))
        (br $four)))
    (call $largest (local.get $magnitudes))))
