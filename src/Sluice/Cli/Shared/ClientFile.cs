using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Cli.Shared;

/// <summary>Address and credentials in a file, for people who call often. Like a private key of ssh, it is refused if others can read or change it.</summary>
internal sealed record ClientFile(string? BaseUrl, string? AccessKey, string? AccessKeySecret, string? BearerToken)
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <returns>Null if <paramref name="named"/> is null and the default file does not exist.</returns>
    public static ClientFile? Read(string? named)
    {
        var path = named ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "sluice", "client.json");
        if (named is null && !File.Exists(path))
        {
            return null;
        }

        try
        {
            return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0
                ? throw new CliException($"{path} can be read or changed by others. Run: chmod 600 {path}", ExitCode.Usage)
                : JsonSerializer.Deserialize(File.ReadAllText(path), ClientFileJson.Default.ClientFile);
        }
        catch (JsonException)
        {
            // The exception's message is left out: it may quote secrets from the file.
            throw new CliException($"{path} must be a JSON object with only these fields, all strings: baseUrl, accessKey, accessKeySecret, bearerToken.", ExitCode.Usage);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CliException(fault.Message);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ClientFile))]
internal sealed partial class ClientFileJson : JsonSerializerContext;
