// An artifact's model in ONNX Runtime for Java: its conformance vectors are answered and compared.
//
// Not tested where this project is: there is no such library. With jbang:
//
//     unzip -d model regression_model_output_v0.7.0.zip
//     jbang Predict.java model
//
// The encoder is left to you: `cells` below are encoded already, each a number or null for a missing
// one. docs/reference/encoder.md says how a cell becomes one, and the vectors prove that yours does.

//JAVA 17+
//DEPS com.microsoft.onnxruntime:onnxruntime:1.22.0
//DEPS com.google.code.gson:gson:2.11.0

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

public class Predict {
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    public static void main(String[] arguments) throws IOException, OrtException {
        Path folder = Path.of(arguments[0]);
        JsonObject intervals = read(folder, "model.json").getAsJsonObject("intervals");
        JsonObject told = read(folder, "conformance.json");
        double[][] offsets = {offsets(intervals, told.get("level").getAsDouble())};
        double farthest = 0;
        int rows = 0;
        try (OrtSession model = session(folder, "model.onnx");
                OrtSession widths = session(folder, "intervals.onnx")) {
            for (JsonElement each : told.getAsJsonArray("vectors")) {
                JsonObject vector = each.getAsJsonObject();
                if (!vector.has("prediction")) {
                    continue;
                }
                double[] found = predict(model, widths, cells(vector), offsets);
                String[] names = {"score", "prediction", "lower", "upper"};
                for (int i = 0; i < names.length; i++) {
                    if (vector.has(names[i])) {
                        double apart = Math.abs(found[i] - vector.get(names[i]).getAsDouble());
                        farthest = Math.max(farthest, apart / Math.max(1, Math.abs(found[i])));
                    }
                }
                rows++;
            }
        }
        System.out.printf("%d rows, farthest apart %.1e%n", rows, farthest);
        System.exit(farthest <= 1e-9 ? 0 : 1);
    }

    /** Score, prediction and the ends of the interval of one encoded row. */
    private static double[] predict(
            OrtSession model, OrtSession widths, double[] cells, double[][] offsets)
            throws OrtException {
        try (OnnxTensor x = OnnxTensor.createTensor(ENVIRONMENT, new double[][] {cells});
                OrtSession.Result answer = model.run(Map.of("x", x))) {
            double score = number(answer, "score");
            double prediction = number(answer, "prediction");
            try (OnnxTensor s = OnnxTensor.createTensor(ENVIRONMENT, new double[][] {{score}});
                    OnnxTensor o = OnnxTensor.createTensor(ENVIRONMENT, offsets);
                    OrtSession.Result ends = widths.run(Map.of("x", x, "score", s, "offsets", o))) {
                // a mean may lie outside of an interval that is around the median
                double lower = Math.min(number(ends, "lower"), prediction);
                double upper = Math.max(number(ends, "upper"), prediction);
                return new double[] {score, prediction, lower, upper};
            }
        }
    }

    private static double number(OrtSession.Result answer, String name) throws OrtException {
        return ((double[][]) answer.get(name).orElseThrow().getValue())[0][0];
    }

    /** How many difficulties below and above the score an interval ends. */
    private static double[] offsets(JsonObject intervals, double level) {
        double rank = (intervals.get("n_residuals").getAsInt() + 1) * (1 - level) / 2 + 1e-9;
        JsonArray ranks = intervals.getAsJsonArray("ranks");
        int place = ranks.size() - 1;
        while (ranks.get(place).getAsInt() > rank) {
            place--;
        }
        double lower = intervals.getAsJsonArray("lower").get(place).getAsDouble();
        double upper = intervals.getAsJsonArray("upper").get(place).getAsDouble();
        return new double[] {Math.min(lower, 0), Math.max(upper, 0)};
    }

    private static double[] cells(JsonObject vector) {
        JsonArray told = vector.getAsJsonArray("cells");
        double[] cells = new double[told.size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = told.get(i).isJsonNull() ? Double.NaN : told.get(i).getAsDouble();
        }
        return cells;
    }

    private static OrtSession session(Path folder, String name) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        // one thread, so that one row gives the same bits as the same row among others
        options.setIntraOpNumThreads(1);
        return ENVIRONMENT.createSession(folder.resolve(name).toString(), options);
    }

    private static JsonObject read(Path folder, String name) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve(name))).getAsJsonObject();
    }
}
