namespace ImplicitBias.Commands

open System
open System.Buffers.Binary
open System.Globalization
open System.IO
open System.IO.Compression
open System.Text
open System.Threading

/// A table of numbers by columns of equal length, as simulate writes it.
type Columns = (string * float array) list

module Columns =

    let private shortest (value: float) =
        value.ToString("R", CultureInfo.InvariantCulture)

    let private quoted (name: string) =
        if name.AsSpan().IndexOfAny(",\"\r\n") >= 0 then
            "\"" + name.Replace("\"", "\"\"") + "\""
        else
            name

    /// CSV: a header, then a row per index, numbers in the shortest form that reads back.
    let writeCsv (cancellation: CancellationToken) (columns: Columns) (stream: Stream) : unit =
        use writer = new StreamWriter(stream, UTF8Encoding false, NewLine = "\n")
        writer.WriteLine(columns |> List.map (fst >> quoted) |> String.concat ",")

        for row in 0 .. (snd columns.Head).Length - 1 do
            cancellation.ThrowIfCancellationRequested()

            columns
            |> List.map (fun (_, values) -> shortest values[row])
            |> String.concat ","
            |> writer.WriteLine

    /// One array in NumPy's NPY format 1.0: magic, version, length of the header, a header padded to 64 bytes, then
    /// little-endian doubles.
    let private writeNpy (values: float array) (stream: Stream) =
        let dictionary =
            $"{{'descr': '<f8', 'fortran_order': False, 'shape': ({values.Length},), }}"

        let prefix = 10
        let padded = (prefix + dictionary.Length + 1 + 63) / 64 * 64
        let header = dictionary.PadRight(padded - prefix - 1) + "\n"
        stream.Write(ReadOnlySpan [| 0x93uy; byte 'N'; byte 'U'; byte 'M'; byte 'P'; byte 'Y'; 1uy; 0uy |])
        let length = Array.zeroCreate<byte> 2
        BinaryPrimitives.WriteUInt16LittleEndian(length, uint16 header.Length)
        stream.Write(length)
        stream.Write(Encoding.ASCII.GetBytes header)
        let bytes = Array.zeroCreate<byte>(8 * values.Length)

        values
        |> Array.iteri (fun k value ->
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * k, 8), value))

        stream.Write(bytes)

    /// NPZ, as numpy.load reads it: a ZIP archive with one NPY array per column, named like the column. The time stamps
    /// in the archive are fixed, so that equal columns give equal files.
    let writeNpz (cancellation: CancellationToken) (columns: Columns) (stream: Stream) : unit =
        use archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen = true)

        for name, values in columns do
            cancellation.ThrowIfCancellationRequested()
            let entry = archive.CreateEntry(name + ".npy", CompressionLevel.Fastest)
            entry.LastWriteTime <- DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero)
            use entryStream = entry.Open()
            writeNpy values entryStream
