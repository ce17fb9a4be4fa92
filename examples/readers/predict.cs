// An artifact's model in ONNX Runtime for .NET: its conformance vectors are answered and compared.
//
// Not tested where this project is: there is no such library. With .NET 10 or newer:
//
//     unzip -d model regression_model_output_v0.7.0.zip
//     dotnet run predict.cs model
//
// The encoder is left to you: `cells` below are encoded already, each a number or null for a missing
// one. docs/reference/encoder.md says how a cell becomes one, and the vectors prove that yours does.

#:package Microsoft.ML.OnnxRuntime@1.22.0

using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

var folder = args[0];
JsonElement Read(string name) =>
    JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, name))).RootElement;
var intervals = Read("model.json").GetProperty("intervals");
var told = Read("conformance.json");

// one thread, so that one row gives the same bits as the same row among others
var options = new SessionOptions { IntraOpNumThreads = 1 };
using var model = new InferenceSession(Path.Combine(folder, "model.onnx"), options);
using var widths = new InferenceSession(Path.Combine(folder, "intervals.onnx"), options);

NamedOnnxValue Row(string name, double[] numbers) =>
    NamedOnnxValue.CreateFromTensor(name, new DenseTensor<double>(numbers, [1, numbers.Length]));

// how many difficulties below and above the score an interval ends
double[] Offsets(double level)
{
    var rank = (intervals.GetProperty("n_residuals").GetInt32() + 1) * (1 - level) / 2 + 1e-9;
    var ranks = intervals.GetProperty("ranks").EnumerateArray().Select(each => each.GetInt32());
    var place = ranks.TakeWhile(kept => kept <= rank).Count() - 1;
    return
    [
        Math.Min(intervals.GetProperty("lower")[place].GetDouble(), 0),
        Math.Max(intervals.GetProperty("upper")[place].GetDouble(), 0),
    ];
}

// score, prediction and the ends of the interval of one encoded row
Dictionary<string, double> Predict(double[] cells, double[] offsets)
{
    var x = Row("x", cells);
    using var answer = model.Run([x]);
    var found = answer.ToDictionary(each => each.Name, each => each.AsTensor<double>().First());
    using var ends = widths.Run([x, Row("score", [found["score"]]), Row("offsets", offsets)]);
    foreach (var end in ends)
    {
        found[end.Name] = end.AsTensor<double>().First();
    }
    // a mean may lie outside of an interval that is around the median
    found["lower"] = Math.Min(found["lower"], found["prediction"]);
    found["upper"] = Math.Max(found["upper"], found["prediction"]);
    return found;
}

var level = Offsets(told.GetProperty("level").GetDouble());
var (rows, farthest) = (0, 0.0);
foreach (var vector in told.GetProperty("vectors").EnumerateArray())
{
    if (!vector.TryGetProperty("prediction", out _))
    {
        continue;
    }
    var cells = vector.GetProperty("cells").EnumerateArray()
        .Select(cell => cell.ValueKind == JsonValueKind.Null ? double.NaN : cell.GetDouble());
    foreach (var (name, number) in Predict([.. cells], level))
    {
        if (vector.TryGetProperty(name, out var expected))
        {
            var apart = Math.Abs(number - expected.GetDouble()) / Math.Max(1, Math.Abs(number));
            farthest = Math.Max(farthest, apart);
        }
    }
    rows++;
}
Console.WriteLine($"{rows} rows, farthest apart {farthest:e1}");
return farthest <= 1e-9 ? 0 : 1;
