# What the AWS SDK for Ruby holds: ENDPOINT WHAT, with the lines that sigscope shows for it.
require "aws-sdk-s3"

endpoint, what = ARGV
if what == "log"
  Aws::Sigv4::Signer.prepend(Module.new do
    def sign_request(request) = super.tap do |s|
      puts "CanonicalRequest:", s.canonical_request
      puts "StringToSign:", s.string_to_sign
    end
  end)
end
client = Aws::S3::Client.new(endpoint: endpoint, force_path_style: true, retry_limit: 0)
begin
  client.get_object(bucket: "bkt", key: "a b.txt")
rescue Aws::Errors::ServiceError => e
  case what
  when "error"
    puts e.context.http_response.body_contents
  when "request"
    r = e.context.http_request
    puts "#{r.http_method} #{r.endpoint} HTTP/1.1"
    r.headers.each { |k, v| puts "#{k}: #{v}" }
  end
end
